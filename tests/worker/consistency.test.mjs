// The tables of docs/explanation/consistency.md, cell by cell: which responses are exact at once, and which may be
// a minute old. In these Workers KV shows the record of alice from before the operator's command.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { admin, administered, userPath } from "../support/admin.mjs";
import {
  assertProblem,
  bearer,
  changePassword,
  claimsOf,
  getVerify,
  introspect,
  logIn,
  logOut,
  loggedIn,
  me,
  refresh,
} from "../support/requests.mjs";
import { LEGACY_SECRET_KEY, legacyToken } from "../support/legacy.mjs";
import { kvStale } from "../support/stores.mjs";
import { HASHES, PASSWORDS, alice } from "../support/users.mjs";
import { INTROSPECTION_SECRET, from, withWorker } from "../support/worker.mjs";

const verify = async (worker, token) => (await getVerify(worker, `Bearer ${token}`)).status;

/** Logs alice in, runs the operator's command, and then makes KV show the previous value. */
const afterCommand = (vars, command, use) =>
  withWorker(
    { users: [alice], vars: { INTROSPECTION_SECRET, ...vars }, clock: true, bindings: { USERS: kvStale } },
    async (worker) => {
      const login = await loggedIn(worker, "alice");
      await worker.kv.put("stale:user:alice", await worker.kv.get("user:alice"));
      await command(worker);
      await use(worker, login);
    },
  );
const signOut = (worker) => administered(worker, "POST", userPath("alice", "/sign-out"));
const setPassword = (worker) => administered(worker, "PATCH", userPath("alice"), { hash_password: HASHES.bob });
const disable = (worker) => administered(worker, "PATCH", userPath("alice"), { disabled: true });

describe("a response that is exact at once, whatever KV shows", () => {
  test("of /login", () =>
    afterCommand({}, setPassword, async (worker) => {
      await assertProblem(await logIn(worker, "alice", PASSWORDS.alice), 401, "credentials_incorrect");
      await loggedIn(worker, "alice", PASSWORDS.bob);
    }));

  test("of /refresh", () =>
    afterCommand({}, signOut, async (worker, login) => {
      await assertProblem(await refresh(worker, login.refresh_token), 401, "token_incorrect");
    }));

  test("of /password", () =>
    afterCommand({}, signOut, async (worker, login) => {
      const words = "quite a few words, all of them mine";
      await assertProblem(await changePassword(worker, login.token, PASSWORDS.alice, words), 401, "token_incorrect");
    }));

  test("of /logout and /sessions", () =>
    afterCommand({}, signOut, async (worker, login) => {
      await assertProblem(await logOut(worker, login.token), 401, "token_incorrect");
      const { sid } = claimsOf(login.token);
      for (const [method, path] of [
        ["GET", "/sessions"],
        ["DELETE", "/sessions"],
        ["DELETE", `/sessions/${sid}`],
      ]) {
        const response = await fetch(worker.url + path, { method, headers: bearer(login.token) });
        await assertProblem(response, 401, "token_incorrect");
      }
    }));

  test("of /introspect", () =>
    afterCommand({}, signOut, async (worker, login) => {
      assert.deepEqual(await (await introspect(worker, login.token)).json(), { active: false });
    }));

  test("of a single user under /admin", () =>
    afterCommand({}, disable, async (worker) => {
      const user = await (await admin(worker, "GET", userPath("alice"))).json();
      assert.equal(user.disabled, true);
      assert.deepEqual(user.sessions, []);
    }));
});

describe("a response that may be a minute old", () => {
  test("of /me", () =>
    afterCommand({}, signOut, async (worker, login) => {
      assert.equal(await me(worker, login.token), 200);
      await worker.kv.delete("stale:user:alice");
      assert.equal(await me(worker, login.token), 401);
    }));

  test("of the list of users", () =>
    afterCommand({}, disable, async (worker) => {
      const listed = async () =>
        (await administered(worker, "GET", "/admin/users")).users.find(({ username }) => username === "alice");
      assert.equal((await listed()).disabled, false);
      await worker.kv.delete("stale:user:alice");
      assert.equal((await listed()).disabled, true);
    }));
});

test("of /verify, until the token expires", () =>
  afterCommand({ TOKEN_EXPIRATION: "600" }, signOut, async (worker, login) => {
    await worker.kv.delete("stale:user:alice");
    assert.equal(await verify(worker, login.token), 200);
    await worker.clock.ahead(601);
    assert.equal(await verify(worker, login.token), 401);
  }));

for (const [what, command] of [
  ["a sign-out", signOut],
  ["a disable", disable],
  ["a new password", setPassword],
]) {
  test(`with REVOCATION = "strict", /me and /verify refuse a token at once after ${what}`, () =>
    afterCommand({ REVOCATION: "strict" }, command, async (worker, login) => {
      assert.equal(await me(worker, login.token), 401);
      assert.equal(await verify(worker, login.token), 401);
    }));
}

test("a session that a 33rd session ends: /refresh rejects it at once, /me and /verify only with REVOCATION strict or after the token expires", async () => {
  for (const [REVOCATION, status] of [
    ["eventual", 200],
    ["strict", 401],
  ]) {
    await withWorker({ users: [alice], vars: { REVOCATION } }, async (worker) => {
      const first = await loggedIn(worker, "alice");
      for (let i = 0; i < 32; i++) await loggedIn(worker, "alice");
      await assertProblem(await refresh(worker, first.refresh_token), 401, "token_incorrect");
      assert.equal(await me(worker, first.token), status, REVOCATION);
      assert.equal(await verify(worker, first.token), status, REVOCATION);
    });
  }
});

describe("the number of requests to the account's object", () => {
  const asked = async (worker, kind, work) => {
    const before = await worker.clock.asked(kind);
    const response = await work();
    assert.ok(response.ok, String(response.status));
    await response.body?.cancel();
    return (await worker.clock.asked(kind)) - before;
  };
  const login = (worker, headers) => logIn(worker, "alice", PASSWORDS.alice, headers);
  const getMe = (worker, token) => fetch(`${worker.url}/me`, { headers: bearer(token) });

  test("is 2 for a login and also for the first login; another object counts failures of addresses that the account does not know", () =>
    withWorker({ users: [alice], clock: true }, async (worker) => {
      for (const expected of [2, 2]) assert.equal(await asked(worker, "user", () => login(worker)), expected);
      const elsewhere = from("203.0.113.5");
      for (const expected of [2, 0])
        assert.equal(await asked(worker, "failures", () => login(worker, elsewhere)), expected);
    }));

  test("is 1 for a refresh, also with a token of the Flask application", () =>
    withWorker(
      { users: [alice], vars: { LEGACY_SECRET_KEY, LEGACY_UNTIL: "2099-01-01" }, clock: true },
      async (worker) => {
        await worker.kv.put("id:1", "alice");
        const { refresh_token } = await loggedIn(worker, "alice");
        for (const token of [refresh_token, legacyToken()])
          assert.equal(await asked(worker, "user", () => refresh(worker, token)), 1);
      },
    ));

  test("is 0 for /me and /verify, and 1 for /me when KV has no replica", () =>
    withWorker({ users: [alice], clock: true }, async (worker) => {
      const { token } = await loggedIn(worker, "alice");
      assert.equal(await asked(worker, "user", () => getMe(worker, token)), 0);
      assert.equal(await asked(worker, "user", () => getVerify(worker, `Bearer ${token}`)), 0);
      for (const text of [JSON.stringify(alice), "<html>"]) {
        await worker.kv.put("user:alice", text);
        assert.equal(await asked(worker, "user", () => getMe(worker, token)), 1, text);
      }
      await worker.kv.delete("user:alice");
      assert.equal(await asked(worker, "user", () => getMe(worker, token)), 1);
    }));

  test("is 1 for /me and for /verify with REVOCATION = strict", () =>
    withWorker({ users: [alice], vars: { REVOCATION: "strict" }, clock: true }, async (worker) => {
      const { token } = await loggedIn(worker, "alice");
      assert.equal(await asked(worker, "user", () => getMe(worker, token)), 1);
      assert.equal(await asked(worker, "user", () => getVerify(worker, `Bearer ${token}`)), 1);
    }));

  test("is 1 for /introspect, /sessions, /logout and an operator's request, and 2 for /password", () =>
    withWorker({ users: [alice], vars: { INTROSPECTION_SECRET }, clock: true }, async (worker) => {
      const { token } = await loggedIn(worker, "alice");
      const words = "quite a few words, all of them mine";
      const requests = [
        [1, () => introspect(worker, token)],
        [1, () => fetch(`${worker.url}/sessions`, { headers: bearer(token) })],
        [2, () => changePassword(worker, token, PASSWORDS.alice, words)],
        [1, () => logOut(worker, token)],
        [1, () => admin(worker, "GET", userPath("alice"))],
        [1, () => admin(worker, "POST", userPath("alice", "/sign-out"))],
      ];
      for (const [expected, request] of requests)
        assert.equal(await asked(worker, "user", request), expected, String(request));
    }));
});
