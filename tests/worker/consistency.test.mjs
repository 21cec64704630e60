// The table of docs/consistency.md, cell by cell: which answers are exact at once, and which may be
// a minute old. In these Workers KV shows alice as she was before the operator's command.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { admin, administered, userPath } from "../support/admin.mjs";
import { assertProblem, bearer, changePassword, getVerify, introspect, logIn, logOut, loggedIn, me, refresh, refreshed } from "../support/requests.mjs";
import { kvStale } from "../support/stores.mjs";
import { HASHES, PASSWORDS, alice } from "../support/users.mjs";
import { INTROSPECTION_SECRET, withWorker } from "../support/worker.mjs";

const verify = async (worker, token) => (await getVerify(worker, `Bearer ${token}`)).status;

/** Logs alice in, lets the operator act, and makes KV show what it had before that. */
const afterCommand = (vars, command, use) =>
  withWorker({ users: [alice], vars: { INTROSPECTION_SECRET, ...vars }, clock: true, bindings: { USERS: kvStale } }, async (worker) => {
    const login = await loggedIn(worker, "alice");
    await worker.kv.put("stale:user:alice", await worker.kv.get("user:alice"));
    await command(worker);
    await use(worker, login);
  });
const signOut = (worker) => administered(worker, "POST", userPath("alice", "/sign-out"));
const setPassword = (worker) => administered(worker, "PATCH", userPath("alice"), { hash_password: HASHES.bob });
const disable = (worker) => administered(worker, "PATCH", userPath("alice"), { disabled: true });

describe("exact at once, whatever KV shows", () => {
  test("/login", () =>
    afterCommand({}, setPassword, async (worker) => {
      await assertProblem(await logIn(worker, "alice", PASSWORDS.alice), 401, "credentials_incorrect");
      await loggedIn(worker, "alice", PASSWORDS.bob);
    }));

  test("/refresh", () =>
    afterCommand({}, signOut, async (worker, login) => {
      await assertProblem(await refresh(worker, login.refresh_token), 401, "token_incorrect");
    }));

  test("/password", () =>
    afterCommand({}, signOut, async (worker, login) => {
      const words = "quite a few words, all of them mine";
      await assertProblem(await changePassword(worker, login.token, PASSWORDS.alice, words), 401, "token_incorrect");
    }));

  test("/logout and /sessions", () =>
    afterCommand({}, signOut, async (worker, login) => {
      await assertProblem(await logOut(worker, login.token), 401, "token_incorrect");
      await assertProblem(await fetch(`${worker.url}/sessions`, { headers: bearer(login.token) }), 401, "token_incorrect");
    }));

  test("/introspect", () =>
    afterCommand({}, signOut, async (worker, login) => {
      assert.deepEqual(await (await introspect(worker, login.token)).json(), { active: false });
    }));

  test("a single user under /admin", () =>
    afterCommand({}, disable, async (worker) => {
      const user = await (await admin(worker, "GET", userPath("alice"))).json();
      assert.equal(user.disabled, true);
      assert.deepEqual(user.sessions, []);
    }));
});

describe("up to a minute old", () => {
  test("/me", () =>
    afterCommand({}, signOut, async (worker, login) => {
      assert.equal(await me(worker, login.token), 200);
      await worker.kv.delete("stale:user:alice");
      assert.equal(await me(worker, login.token), 401);
    }));

  test("the list of users", () =>
    afterCommand({}, disable, async (worker) => {
      const listed = async () => (await administered(worker, "GET", "/admin/users")).users.find(({ username }) => username === "alice");
      assert.equal((await listed()).disabled, false);
      await worker.kv.delete("stale:user:alice");
      assert.equal((await listed()).disabled, true);
    }));
});

test("until the token's expiry: /verify", () =>
  afterCommand({ TOKEN_EXPIRATION: "600" }, signOut, async (worker, login) => {
    await worker.kv.delete("stale:user:alice");
    assert.equal(await verify(worker, login.token), 200);
    await worker.clock.ahead(601);
    assert.equal(await verify(worker, login.token), 401);
  }));

for (const [what, command] of [["a sign-out", signOut], ["a disable", disable], ["a new password", setPassword]]) {
  test(`with REVOCATION = "strict", /me and /verify refuse a token at once after ${what}`, () =>
    afterCommand({ REVOCATION: "strict" }, command, async (worker, login) => {
      assert.equal(await me(worker, login.token), 401);
      assert.equal(await verify(worker, login.token), 401);
    }));
}

describe("the account's object is asked", () => {
  const counted = async (worker, work) => {
    const before = await worker.clock.asked();
    await work();
    return (await worker.clock.asked()) - before;
  };

  test("twice for a login, once for a refresh, and not for /me and /verify", () =>
    withWorker({ users: [alice], clock: true }, async (worker) => {
      let login;
      assert.equal(await counted(worker, async () => (login = await loggedIn(worker, "alice"))), 2, "the first login");
      assert.equal(await counted(worker, async () => (login = await loggedIn(worker, "alice"))), 2, "the second login");
      assert.equal(await counted(worker, () => refreshed(worker, login.refresh_token)), 1);
      assert.equal(await counted(worker, () => me(worker, login.token)), 0);
      assert.equal(await counted(worker, () => verify(worker, login.token)), 0);
    }));

  test('once for /me and for /verify with REVOCATION = "strict"', () =>
    withWorker({ users: [alice], vars: { REVOCATION: "strict" }, clock: true }, async (worker) => {
      const login = await loggedIn(worker, "alice");
      assert.equal(await counted(worker, () => me(worker, login.token)), 1);
      assert.equal(await counted(worker, () => verify(worker, login.token)), 1);
    }));
});
