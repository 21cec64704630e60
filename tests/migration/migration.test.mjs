// Migrates a Flask application's database to the Worker with the steps of the guide.

import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { OPERATOR } from "../support/admin.mjs";
import { KNOWN, LEGACY_SECRET_KEY, legacyToken } from "../support/legacy.mjs";
import { assertProblem, changePassword, getMe, loggedIn, logIn, me, now, refreshed } from "../support/requests.mjs";
import { werkzeugHash } from "../support/users.mjs";
import { SKIPPED, vectors } from "../support/vectors.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";
import { inState, lost, makeDatabase, newFolder, portcullis, users } from "./flask.mjs";

// All attempts come from this machine, and the first attempt of each user fails.
const vars = { LEGACY_SECRET_KEY, LEGACY_UNTIL: "2100-01-31", LOGIN_ATTEMPTS_ADDRESS: "100000" };
const refused = async (response, code, detail) =>
  assert.equal((await assertProblem(response, 401, code)).detail, detail);
const isOverdue = (response) => refused(response, "token_overdue", "token be overdue");
const isIncorrect = (response) => refused(response, "token_incorrect", "token incorrect");

describe("a Flask application's users", { timeout: 300_000 }, () => {
  const { folder, state, remove } = newFolder();
  const start = (more = {}) => startWorker({ vars, persist: join(state, "v3"), clock: true, ...more });
  const importUsers = (...more) => {
    const from = more.includes("--from") ? [] : ["--from", "app.db"];
    return portcullis(folder, ["users", "import", ...from, "--json", "--quiet", ...more]);
  };
  let worker;
  let records;

  before(() => makeDatabase(join(folder, "app.db"), [...users, ...lost]));
  after(async () => {
    await worker?.stop();
    remove();
  });

  /** All keys and values of KV. */
  async function stored() {
    const all = new Map();
    for (let cursor; ; ) {
      const { keys, list_complete, cursor: next } = await worker.kv.list({ cursor });
      for (const { name } of keys) all.set(name, await worker.kv.get(name));
      if (list_complete) return all;
      cursor = next;
    }
  }

  test("are counted by a dry run, which writes nothing", async () => {
    const { code, stdout, stderr } = await importUsers("--dry-run");
    assert.equal(code, 0, stderr);
    const report = JSON.parse(stdout);
    assert.deepEqual(
      [report.rows, report.importable, report.rejected],
      [users.length + lost.length, users.length, lost.length],
    );
    for (const { code } of lost) assert.ok(JSON.stringify(report.reasons).includes(code), `${code}: ${stdout}`);
    assert.deepEqual(readdirSync(folder), ["app.db"]);
  });

  test("are imported, and rows that cannot be imported are kept with the reason", async () => {
    const { code, stdout, stderr } = await importUsers("--apply", ...inState(state));
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).importable, users.length);
    const rejected = readFileSync(join(folder, "portcullis-import", "rejected.jsonl"), "utf8");
    for (const { username, code } of lost)
      assert.match(rejected, new RegExp(`"${code}".*"${username}"|"${username}".*"${code}"`), code);
    worker = await start();
    records = await stored();
    for (const { id, username, hash_password, phone } of users) {
      const name = username.toLowerCase();
      assert.deepEqual(JSON.parse(records.get(`user:${name}`)), { id, username: name, hash_password, phone });
      assert.equal(records.get(`id:${id}`), name);
    }
    assert.equal(records.size, 2 * users.length);
  });

  test("have no errors in the doctor", async () => {
    const { code, stdout } = await portcullis(folder, [
      "doctor",
      "--json",
      "--users",
      "portcullis-import",
      "--config",
      inState(state)[1],
    ]);
    const { errors, findings } = JSON.parse(stdout);
    assert.deepEqual([code, errors], [0, 0], stdout);
    assert.ok(
      findings.some(({ code }) => code === "hashes_old"),
      stdout,
    );
    assert.ok(!findings.some(({ code }) => code === "hash_unusable"), stdout);
  });

  test("keep their tokens: /me accepts valid tokens, and the answer to any other names the problem", async () => {
    const over = { iat: 1600000000, exp: 1600000600 };
    for (const { id, username, phone } of users) {
      const response = await getMe(worker, `JWT ${legacyToken({ id })}`);
      assert.equal(response.status, 200, username);
      assert.deepEqual(await response.json(), { id, username: username.toLowerCase(), phone });
      await isOverdue(await getMe(worker, `JWT ${legacyToken({ id }, over)}`));
      await isIncorrect(await getMe(worker, `JWT ${legacyToken({ id }, { secret: "forged" })}`));
    }
    for (const { id } of lost) await isIncorrect(await getMe(worker, `JWT ${legacyToken({ id })}`));
    await worker.clock.ahead(1600000300 - now());
    assert.equal(await me(worker, KNOWN), 200, "as itsdangerous itself wrote it");
    await worker.clock.ahead(1600000601 - now());
    await isOverdue(await getMe(worker, `JWT ${KNOWN}`));
    await worker.clock.ahead(0);
  });

  test("exchange an old token for a session", async () => {
    const session = await refreshed(worker, legacyToken({ id: 1 }));
    assert.equal(await me(worker, session.token), 200);
  });

  test("all log in with their old passwords, and have an argon2id hash afterwards", async () => {
    for (const { username, password } of users) {
      const refusal = await logIn(worker, username, `${password}x`);
      assert.equal(refusal.status, 401, username);
      await refusal.body?.cancel();
      const { token } = await loggedIn(worker, username, password);
      assert.equal(await me(worker, token), 200);
    }
    for (const { username } of users) {
      const key = `user:${username.toLowerCase()}`;
      const record = await eventually(async () => {
        const record = JSON.parse(await worker.kv.get(key));
        return record.hash_password.startsWith("$argon2id$") && record;
      }, `${username} is argon2id`);
      // The object has adopted the seed: its replica has a revision and the digest of the imported hash.
      const { portcullis: replica, imported_hash, ...rest } = record;
      assert.ok(replica.revision > 0 && imported_hash.length > 20, key);
      assert.deepEqual(
        { ...rest, hash_password: "" },
        { ...JSON.parse(records.get(key)), hash_password: "" },
        "the rest is as it was",
      );
    }
    for (const { username } of lost)
      await assertProblem(await logIn(worker, username.slice(0, 80), "wrong"), 401, "credentials_incorrect");
  });

  /** Imports while the Worker is stopped, because two processes cannot use one state folder. */
  async function importWhileStopped(...more) {
    records = await stored();
    await worker.stop();
    worker = undefined;
    const { code, stderr } = await importUsers("--apply", ...more, ...inState(state));
    assert.equal(code, 0, stderr);
    worker = await start();
  }

  test("are not changed by a second import, and can log in after it", async () => {
    await importWhileStopped("--out", "second");
    assert.deepEqual(await stored(), records);
    await loggedIn(worker, users[0].username, users[0].password);
  });

  test("get a password that they changed in Flask, unless they changed it here too, and nobody gets the name of another user", async () => {
    const [moved, own, twin] = [users[1], users[2], users[3]];
    const [inFlask, here] = ["a new one in Flask, of many words", "a new one at the edge, of many words"];
    const { token } = await loggedIn(worker, own.username, own.password);
    assert.equal((await changePassword(worker, token, own.password, here)).status, 204);
    const row = (id, username, phone) => `${id},${username},${werkzeugHash(inFlask)},${phone}`;
    const rows = [
      row(moved.id, moved.username, moved.phone),
      row(own.id, own.username, own.phone),
      row(9_999_999, twin.username, twin.phone),
    ];
    writeFileSync(join(folder, "changed.csv"), ["id,username,hash_password,phone", ...rows, ""].join("\n"));
    writeFileSync(join(folder, "operator.json"), JSON.stringify(OPERATOR), { mode: 0o600 });
    const through = ["--overwrite", "--url", worker.url, "--key", "operator.json"];
    const { code, stdout, stderr } = await importUsers(
      "--apply",
      "--from",
      "changed.csv",
      "--out",
      "changed",
      ...through,
      ...inState(state),
    );
    assert.equal(code, 0, stderr);
    const { changed, already_there, name_taken } = JSON.parse(stdout).applied;
    assert.deepEqual({ changed, already_there, name_taken }, { changed: 1, already_there: 1, name_taken: 1 });
    await loggedIn(worker, moved.username, inFlask);
    await assertProblem(await logIn(worker, moved.username, moved.password), 401, "credentials_incorrect");
    await loggedIn(worker, own.username, here);
    await loggedIn(worker, twin.username, twin.password);
  });
});

describe("tokens of itsdangerous", { timeout: 120_000 }, () => {
  const all = vectors("peers", "itsdangerous.json")?.cases ?? [];
  // HTTP removes white space at the end of a header before the Worker sees the header.
  const cases = all.filter(({ name }) => !name.endsWith("/trailing-newline"));
  const groups = new Map();
  for (const one of cases) {
    const alg = /verified-as-(HS\d+)/.exec(one.name)?.[1] ?? one.alg;
    const key = JSON.stringify([alg, one.secret]);
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  const user = users[0];
  const { folder, state, remove } = newFolder();
  before(async () => {
    await makeDatabase(join(folder, "app.db"), [user]);
    const { code, stderr } = await portcullis(folder, [
      "users",
      "import",
      "--from",
      "app.db",
      "--quiet",
      "--apply",
      ...inState(state),
    ]);
    assert.equal(code, 0, stderr);
  });
  after(remove);

  test("exist", { skip: cases.length === 0 && SKIPPED }, () => assert.ok(groups.size > 6));

  for (const [key, group] of groups) {
    const [LEGACY_ALGORITHM, secret] = JSON.parse(key);
    test(`are valid, overdue or incorrect in /me, the same as in itsdangerous (${LEGACY_ALGORITHM}, a key of ${secret.length})`, async () => {
      const worker = await startWorker({
        vars: { ...vars, LEGACY_SECRET_KEY: secret, LEGACY_ALGORITHM },
        clock: true,
        persist: join(state, "v3"),
      });
      try {
        for (const { name, kind, token, outcome, payload, verify_at } of group) {
          await worker.clock.ahead(verify_at - now());
          const response = await getMe(worker, `JWT ${token}`);
          // itsdangerous accepts tokens that the RFCs forbid: with an unknown critical header, or with an expiry in quotation marks.
          const isToken = kind === "timed" && !/\/header-(crit|exp-string)$/.test(name);
          const opens = isToken && outcome === "valid" && payload?.id === user.id;
          if (opens) assert.equal(response.status, 200, name);
          else if (outcome === "SignatureExpired") await isOverdue(response);
          else await isIncorrect(response);
        }
      } finally {
        await worker.stop();
      }
    });
  }
});
