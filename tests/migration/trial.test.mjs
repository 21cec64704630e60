// A Flask application that stays in use during its migration: its database is imported three times, and users change
// their names and passwords in between. At the end each user can log in, and only with their own account.

import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { OPERATOR, administered } from "../support/admin.mjs";
import { assertProblem, changePassword, claimsOf, getMe, loggedIn, logIn } from "../support/requests.mjs";
import { werkzeugHash } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";
import { inState, lost, makeDatabase, newFolder, portcullis } from "./flask.mjs";

const CUT = lost.find(({ code }) => code === "hash_cut").hash_password;
const FIRST_OF_SIGN_UP = 2 ** 32;

/** The password of a user in Flask, which differs for each id. */
const passwordOf = (id, change = 0) => `the ${change}th secret of number ${id}`;
const row = (id, username, more = {}) => ({
  id,
  username,
  hash_password: werkzeugHash(passwordOf(id)),
  phone: "",
  ...more,
});

/** The first database. */
const FIRST = [
  row(1, "stays"),
  row(2, "phones"),
  row(3, "changes"),
  row(4, "owns"),
  row(5, "both"),
  // A chain of renames, and an exchange of two names.
  row(10, "ann"),
  row(11, "ben"),
  row(13, "sam"),
  row(14, "tom"),
  row(20, "deleted"),
  row(21, "removed"),
  row(22, "reused"),
  // Pairs with the same normalized name: in the first pair the first row cannot be imported, in the second pair both can.
  row(33, "BOB", { hash_password: CUT }),
  row(34, "Bob"),
  row(50, "Zed"),
  row(51, "zed"),
  row(60, "fixed", { hash_password: "plain$$a secret" }),
];

const changed = (rows, ...changes) => [
  ...rows.map((row) => changes.find(({ id }) => id === row.id) ?? row),
  ...changes.filter(({ id }) => !rows.some((row) => row.id === id)),
];
const without = (rows, ...ids) => rows.filter(({ id }) => !ids.includes(id));

/** The second database: names and passwords have changed, and users were added and removed. */
const SECOND = changed(
  without(FIRST, 20, 22),
  row(2, "phones", { phone: "+44 1" }),
  row(3, "changes", { hash_password: werkzeugHash(passwordOf(3, 1)) }),
  row(5, "both", { hash_password: werkzeugHash(passwordOf(5, 1)) }),
  row(11, "ann"),
  row(10, "anna"),
  row(12, "ben"),
  row(13, "tom"),
  row(14, "sam"),
  row(23, "reused"),
  row(33, "BOB"),
  row(51, "zed-2"),
  row(60, "fixed", { hash_password: "plain$$a secret" }),
);

/** The third database: one user of a pair has another name now. */
const THIRD = changed(SECOND, row(33, "bob-33"), row(70, "new"));

describe("a Flask application that stays in use during its migration", { timeout: 300_000 }, () => {
  const { folder, state, remove } = newFolder();
  let worker;

  before(() => {
    writeFileSync(join(folder, "operator.json"), JSON.stringify(OPERATOR), { mode: 0o600 });
  });
  after(async () => {
    await worker?.stop();
    remove();
  });

  const start = (state) => startWorker({ persist: join(state, "v3") });
  const operator = () => ["--url", worker.url, "--key", "operator.json"];

  /** Runs a command that must exit with `code`. Returns its output. */
  async function run(arguments_, code = 0) {
    const ran = await portcullis(folder, arguments_);
    assert.equal(ran.code, code, `${arguments_.join(" ")}: ${ran.stderr}${ran.stdout}`);
    return ran.stdout;
  }

  /** Imports a file into KV with its own folder. Returns the counts of the users by result. */
  async function imported(from, out, { code, into = state, more = [] } = {}) {
    const arguments_ = ["users", "import", "--from", from, "--out", out, "--json", "--quiet", "--apply", ...more];
    const { applied } = JSON.parse(await run([...arguments_, ...inState(into)], code));
    return Object.fromEntries(
      Object.entries(applied).filter(([name, value]) => value && !["target", "files_before"].includes(name)),
    );
  }

  async function database(name, rows) {
    await makeDatabase(join(folder, name), rows);
    return name;
  }

  const leftOut = (out) => {
    const path = join(folder, out, "users-00001.left-out.jsonl");
    const lines = existsSync(path) ? readFileSync(path, "utf8").trim().split("\n") : [];
    return lines.map((line) => JSON.parse(line)).map(({ id, left_out }) => [id, left_out.code]);
  };

  const kvHas = (name, id) =>
    eventually(async () => JSON.parse((await worker.kv.get(`user:${name}`)) ?? "{}").id === id, `KV has ${name}`);

  /** Logs in. Returns the user. */
  async function is(name, id, password) {
    const { token } = await loggedIn(worker, name, password);
    const response = await getMe(worker, `Bearer ${token}`);
    const { id: told, username } = await response.json();
    assert.deepEqual([response.status, told, username], [200, id, name]);
    return token;
  }

  const isNot = async (name, password) =>
    assertProblem(await logIn(worker, name, password), 401, "credentials_incorrect");

  test("is imported for the first time", async () => {
    const applied = await imported(await database("first.db", FIRST), "first");
    assert.deepEqual(applied, { put: 14 });
    worker = await start(state);
    for (const name of ["stays", "changes", "owns", "both", "ann", "ben", "sam", "reused"]) {
      const { id } = FIRST.find(({ username }) => username === name);
      await is(name, id, passwordOf(id));
    }
    await is("bob", 34, passwordOf(34));
    await is("zed", 50, passwordOf(50));
  });

  test("has a row that is fixed in the file of rejected rows", async () => {
    const rejected = readFileSync(join(folder, "first", "rejected.jsonl"), "utf8");
    const fixed = rejected
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .filter(({ id }) => id === 60);
    writeFileSync(
      join(folder, "fixed.jsonl"),
      `${JSON.stringify({ ...fixed[0], hash_password: werkzeugHash(passwordOf(60)) })}\n`,
    );
    assert.deepEqual(await imported("fixed.jsonl", "fixed"), { put: 1 });
  });

  test("has users who change their passwords, sign up and are removed at the edge", async () => {
    for (const [name, id] of [
      ["owns", 4],
      ["both", 5],
    ]) {
      const token = await is(name, id, passwordOf(id));
      assert.equal((await changePassword(worker, token, passwordOf(id), passwordOf(id, 9))).status, 204);
    }
    const { id } = await administered(worker, "POST", "/admin/users", {
      username: "signed-up",
      hash_password: werkzeugHash(passwordOf(0)),
    });
    assert.ok(id >= FIRST_OF_SIGN_UP);
    await run(["users", "remove", "removed", "--yes", ...operator()]);
    await kvHas("removed", 21);
  });

  test("is imported for the second time", async () => {
    const more = ["--overwrite", "--disable-missing", ...operator()];
    const applied = await imported(await database("second.db", SECOND), "second", { more });
    assert.deepEqual(leftOut("second"), [
      [13, "name_taken"],
      [14, "name_taken"],
      [21, "removed"],
      [23, "name_taken"],
      [33, "name_taken"],
    ]);
    const { put, changed, renamed, passwords, passwords_kept, missing_disabled } = applied;
    assert.deepEqual(
      { put, changed, renamed, passwords, passwords_kept },
      { put: 2, changed: 4, renamed: 2, passwords: 1, passwords_kept: 2 },
    );
    // These are users 20 and 22. Row 34 is rejected because the fixed row 33 has the same name, but it is still in the source.
    assert.equal(missing_disabled, 2);
    await is("changes", 3, passwordOf(3, 1));
    await isNot("changes", passwordOf(3));
    await isNot("deleted", passwordOf(20));
    await is("bob", 34, passwordOf(34));
    await isNot("bob", passwordOf(33));
  });

  test("has an operator who follows the reasons of left-out users, and is imported for the third time", async () => {
    await run(["users", "rename", "sam", "sam-13", ...operator()]);
    await run(["users", "remove", "reused", "--yes", ...operator()]);
    await kvHas("sam-13", 13);
    await eventually(async () => (await worker.kv.get("user:reused")).includes('"removed":true'), "KV has the removal");
    const more = ["--overwrite", "--disable-missing", ...operator()];
    const applied = await imported(await database("third.db", THIRD), "third", { more });
    const { put, changed, renamed, name_taken, refused, missing_disabled } = applied;
    assert.deepEqual(
      { put, changed, renamed, name_taken, refused, missing_disabled },
      { put: 3, changed: 2, renamed: 2, name_taken: undefined, refused: undefined, missing_disabled: undefined },
    );
  });

  /** All users at the end, with the passwords that earlier users of the same name had. */
  const PEOPLE = [
    ["stays", 1, passwordOf(1)],
    ["phones", 2, passwordOf(2)],
    ["changes", 3, passwordOf(3, 1), passwordOf(3)],
    ["owns", 4, passwordOf(4, 9), passwordOf(4)],
    ["both", 5, passwordOf(5, 9), passwordOf(5), passwordOf(5, 1)],
    ["anna", 10, passwordOf(10)],
    ["ann", 11, passwordOf(11), passwordOf(10)],
    ["ben", 12, passwordOf(12), passwordOf(11)],
    ["tom", 13, passwordOf(13), passwordOf(14)],
    ["sam", 14, passwordOf(14), passwordOf(13)],
    ["reused", 23, passwordOf(23), passwordOf(22)],
    ["bob", 34, passwordOf(34), passwordOf(33)],
    ["bob-33", 33, passwordOf(33), passwordOf(34)],
    ["zed", 50, passwordOf(50), passwordOf(51)],
    ["zed-2", 51, passwordOf(51), passwordOf(50)],
    ["fixed", 60, passwordOf(60)],
    ["new", 70, passwordOf(70)],
  ];

  async function everyoneIsThemselves() {
    for (const [place, [name, id, password, ...others]] of PEOPLE.entries()) {
      const [, , neighbours] = PEOPLE[(place + 1) % PEOPLE.length];
      for (const other of [neighbours, ...others]) await isNot(name, other);
      await is(name, id, password);
    }
    const { token } = await loggedIn(worker, "signed-up", passwordOf(0));
    assert.ok(Number(claimsOf(token).sub) >= FIRST_OF_SIGN_UP);
    for (const [name, id] of [
      ["deleted", 20],
      ["removed", 21],
      ["sam-13", 13],
    ])
      await isNot(name, passwordOf(id));
  }

  test("has users who all log in with their own account only", everyoneIsThemselves);

  test("has users who all log in after an export to an empty KV", async () => {
    const { token } = await loggedIn(worker, "stays", passwordOf(1));
    assert.ok(token);
    await eventually(
      async () => JSON.parse(await worker.kv.get("user:new")).portcullis !== undefined,
      "KV has the last login",
    );
    await run(["users", "export", "everybody.jsonl", ...inState(state)]);
    await worker.stop();
    const other = join(folder, "other");
    const applied = await imported("everybody.jsonl", "export", { into: other, more: ["--sign-up-ids", "--strict"] });
    // The list has disabled users and no removed users.
    assert.deepEqual(applied, { put: PEOPLE.length + 2 });
    worker = await start(other);
    await everyoneIsThemselves();
  });
});
