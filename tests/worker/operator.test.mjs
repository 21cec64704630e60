// What an operator writes to KV while an account's object has a record of its own that is newer
// than KV may be: each time someone has logged out of a session just before.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { assertProblem, logIn, logOut, loggedIn, me, refresh, refreshed } from "../support/requests.mjs";
import { kvStaleOnce } from "../support/stores.mjs";
import { HASHES, PASSWORDS, alice, user } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";

const loggedOut = async (worker, { token }) => assert.equal((await logOut(worker, token)).status, 204);

describe("beside an object's newer record, in KV", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ clock: true });
  });
  afterEach(() => worker.clock.ahead(0));
  after(() => worker?.stop());

  const record = async (name) => JSON.parse(await worker.kv.get(`user:${name}`));
  const change = async (name, more) => worker.kv.put(`user:${name}`, JSON.stringify({ ...(await record(name)), ...more }));
  const logs = (name) => loggedIn(worker, name, PASSWORDS.alice);
  const refused = async (name, password) => assertProblem(await logIn(worker, name, password), 401, "credentials_incorrect");
  const dead = async ({ refresh_token }) => assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
  const endedNoted = (name, { length }) =>
    eventually(async () => (await record(name)).sessions_ended?.length === length, `${length} ended sessions are in KV`);
  /** Two sessions of the user and a third whose end is the object's newer record. */
  const begun = async (name) => {
    await worker.kv.put(`user:${name}`, JSON.stringify(user(7, name, "alice")));
    const [one, two, ended] = [await logs(name), await logs(name), await logs(name)];
    await loggedOut(worker, ended);
    await endedNoted(name, [ended]);
    return [one, two];
  };

  test("disabled ends logins and sessions, and what the object writes later does not undo it", async () => {
    const [one, two] = await begun("disabled");
    const next = await refreshed(worker, two.refresh_token);
    await refreshed(worker, next.refresh_token);
    await change("disabled", { disabled: true });
    await refused("disabled", PASSWORDS.alice);
    await dead(one);
    // The second use of a refresh token ends its session, which the object notes.
    await dead(two);
    await endedNoted("disabled", [1, 2]);
    assert.equal((await record("disabled")).disabled, true);
    await refused("disabled", PASSWORDS.alice);
    assert.equal(await me(worker, one.token), 401);
  });

  test("disabled no more lets the user in again", async () => {
    await begun("enabled");
    await change("enabled", { disabled: true });
    await refused("enabled", PASSWORDS.alice);
    await change("enabled", { disabled: false });
    await logs("enabled");
  });

  test("tokens_valid_from ends the sessions, and what the object writes later does not undo it", async () => {
    const [one] = await begun("over");
    const from = worker.clock.now() + 2;
    await change("over", { tokens_valid_from: from });
    await worker.clock.ahead(3);
    await dead(one);
    assert.equal(await me(worker, one.token), 401);
    const [next, ended] = [await logs("over"), await logs("over")];
    await loggedOut(worker, ended);
    await endedNoted("over", [1, 2]);
    assert.equal((await record("over")).tokens_valid_from, from);
    await dead(one);
    assert.equal(await me(worker, one.token), 401);
    assert.equal(await me(worker, next.token), 200);
    await refreshed(worker, next.refresh_token);
  });

  test("a new hash_password is the password, and what the object writes later does not undo it", async () => {
    const [one] = await begun("new");
    await change("new", { hash_password: HASHES.bob });
    await refused("new", PASSWORDS.alice);
    await loggedIn(worker, "new", PASSWORDS.bob);
    await loggedOut(worker, one);
    await endedNoted("new", [1, 2]);
    assert.equal((await record("new")).hash_password, HASHES.bob);
    await refused("new", PASSWORDS.alice);
    await loggedIn(worker, "new", PASSWORDS.bob);
  });
});

test("a log-out where KV showed an older record does not let a disabled user in again", () =>
  withWorker({ users: [alice], bindings: { USERS: kvStaleOnce } }, async (worker) => {
    const session = await loggedIn(worker, "alice");
    await worker.kv.put("stale-once:user:alice", JSON.stringify(alice));
    await worker.kv.put("user:alice", JSON.stringify({ ...alice, disabled: true }));
    await loggedOut(worker, session);
    const record = await eventually(async () => {
      const record = JSON.parse(await worker.kv.get("user:alice"));
      return record.sessions_ended?.length === 1 && record;
    }, "the log-out is in KV");
    assert.equal(record.disabled, true);
    await assertProblem(await logIn(worker, "alice", PASSWORDS.alice), 401, "credentials_incorrect");
  }));
