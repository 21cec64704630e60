// Creating users by an operator.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { admin, administered, userPath } from "../support/admin.mjs";
import { assertProblem, claimsOf, logIn, loggedIn, me, signUp } from "../support/requests.mjs";
import { HASHES, PASSWORDS, alice, mallory } from "../support/users.mjs";
import { becomes, eventually } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";

const NEW = "a passphrase of several words";
const MOST = 2 ** 53 - 1;

describe("POST /admin/users creates a user", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice, mallory], vars: { REGISTRATION: "open" } });
  });
  after(() => worker?.stop());

  const post = (body) => admin(worker, "POST", "/admin/users", body);
  const created = (username, more = {}) =>
    administered(worker, "POST", "/admin/users", { username, hash_password: HASHES.alice, ...more });
  const logs = (name, password = PASSWORDS.alice) => loggedIn(worker, name, password);
  const cannot = async (name, password = PASSWORDS.alice) =>
    assertProblem(await logIn(worker, name, password), 401, "credentials_incorrect");
  const unknown = async (response) => assertProblem(await response, 404, "user_unknown");
  const removed = (name) => administered(worker, "DELETE", userPath(name));
  const malformed = async (response) => assertProblem(await response, 400, "request_malformed");

  test("with a password, which is hashed; the user can log in at once, and KV has the record", async () => {
    const user = await administered(worker, "POST", "/admin/users", {
      username: "Carol",
      password: NEW,
      phone: "+44 1",
    });
    const { id, ...rest } = user;
    assert.ok(id >= 2 ** 32);
    const hash = { scheme: "argon2id:m=19456,t=2,p=1", current: true };
    assert.deepEqual(rest, {
      username: "carol",
      phone: "+44 1",
      disabled: false,
      state: "active",
      version: 1,
      hash,
      sessions: [],
    });
    const { token } = await loggedIn(worker, "carol", NEW);
    assert.equal(claimsOf(token).id, id);
    await becomes(200, () => me(worker, token));
    const record = await eventually(() => worker.kv.get("user:carol"), "the record is in KV");
    assert.match(JSON.parse(record).hash_password, /^\$argon2id\$/);
    assert.equal(await eventually(() => worker.kv.get(`id:${id}`), "the index is in KV"), "carol");
  });

  test("with a hash, or without a hash and a password; no password works without a hash", async () => {
    await created("hashed");
    await logs("hashed");
    const { hash } = await administered(worker, "POST", "/admin/users", { username: "nopassword" });
    assert.equal(hash, null);
    await cannot("nopassword", "");
    await cannot("nopassword");
  });

  test("with an id that no other user gets, not even after a rename or a removal", async () => {
    assert.equal((await created("numbered", { id: 4711 })).id, 4711);
    await assertProblem(await post({ username: "other", id: 4711 }), 409, "id_taken");
    await removed("numbered");
    await assertProblem(await post({ username: "other", id: 4711 }), 409, "id_taken");
    await assertProblem(await post({ username: "numbered", id: 4711 }), 409, "id_taken");
    assert.equal((await created("highest", { id: MOST })).id, MOST);
    assert.equal((await created("zero", { id: 0 })).id, 0);
  });

  test("except when the name is taken (409), also by a user who was only imported", async () => {
    for (const username of ["alice", "ALICE", "mallory"]) {
      await assertProblem(await post({ username, password: NEW }), 409, "username_taken");
    }
  });

  test("with a name that the sign-up does not allow, because users of a Flask application may have such names", async () => {
    const username = "a\u200bb ";
    await malformed(signUp(worker, { username, password: NEW, phone: "" }));
    assert.equal((await created(username)).username, username);
  });

  test("except with a password that the policy rejects (422)", async () => {
    for (const password of ["short", "", "dora dora dora dora", "passwordpassword"]) {
      await assertProblem(await post({ username: "dora", password }), 422, "password_unacceptable");
    }
    await unknown(admin(worker, "GET", userPath("dora")));
  });

  const WRONG = {
    "no username": {},
    "a username that is a number": { username: 1 },
    "an empty username": { username: "" },
    "a password and a hash": { username: "dora", password: NEW, hash_password: HASHES.alice },
    "a malformed hash": { username: "dora", hash_password: "x" },
    "an empty hash": { username: "dora", hash_password: "" },
    "a hash beyond the costs that are checked": {
      username: "dora",
      hash_password: "$argon2id$v=19$m=4000000,t=2,p=1$c2FsdHNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
    },
    "a phone of 41 characters": { username: "dora", phone: "1".repeat(41) },
    "a phone that is null": { username: "dora", phone: null },
    "an id beyond 2^53 - 1": '{"username":"dora","id":9007199254740992}',
    "an id below 0": { username: "dora", id: -1 },
    "an id that is a text": { username: "dora", id: "1" },
    "an id that is null": { username: "dora", id: null },
    "an unknown member": { username: "dora", disabled: true },
    "a member twice": '{"username":"dora","username":"dora"}',
    "a list": "[]",
    nothing: "",
  };
  for (const [what, body] of Object.entries(WRONG)) {
    test(`except from a body with ${what} (400)`, () => malformed(post(body)));
  }
});
