// Attacks on an account by a person who once had its password or a token, while KV shows an older
// value. Each test is named after a finding in the review of the first account design.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { admin, administered, userPath } from "../support/admin.mjs";
import { LEGACY_SECRET_KEY, legacyToken } from "../support/legacy.mjs";
import {
  assertProblem,
  changePassword,
  claimsOf,
  foreignToken,
  getVerify,
  logIn,
  logOut,
  loggedIn,
  me,
  refresh,
  refreshed,
  signUp,
} from "../support/requests.mjs";
import { kvStale } from "../support/stores.mjs";
import { HASHES, PASSWORDS, alice } from "../support/users.mjs";
import { becomes, eventually } from "../support/wait.mjs";
import { withWorker } from "../support/worker.mjs";

const DAY = 86_400;
const setPassword = (worker, hash) => administered(worker, "PATCH", userPath("alice"), { hash_password: hash });
const signOut = (worker) => administered(worker, "POST", userPath("alice", "/sign-out"));
const remove = (worker) => administered(worker, "DELETE", userPath("alice"));
const setDisabled = (worker, disabled) => administered(worker, "PATCH", userPath("alice"), { disabled });
const refused = async (worker, password) =>
  assertProblem(await logIn(worker, "alice", password), 401, "credentials_incorrect");
const ended = async (worker, { refresh_token }) =>
  assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");

/** A Worker whose KV shows every reader the first record of alice, until `fresh` is called. */
const withStaleKv = (options, use) =>
  withWorker({ users: [alice], clock: true, bindings: { USERS: kvStale }, ...options }, async (worker) => {
    await worker.kv.put("stale:user:alice", JSON.stringify(alice));
    await use(worker, () => worker.kv.delete("stale:user:alice"));
  });

describe("finding 1: while KV shows the old record", () => {
  for (const [command, act, opens] of [
    ["a new password", (worker) => setPassword(worker, HASHES.bob), PASSWORDS.bob],
    ["a sign-out", signOut, PASSWORDS.alice],
  ]) {
    test(`${command} ends every session at once and for good`, () =>
      withStaleKv({}, async (worker, fresh) => {
        const before = await loggedIn(worker, "alice");
        await act(worker);
        await ended(worker, before);
        if (opens !== PASSWORDS.alice) await refused(worker, PASSWORDS.alice);
        await fresh();
        for (const day of [1, 5, 10, 20, 29]) {
          await worker.clock.ahead(day * DAY);
          await ended(worker, before);
          assert.equal(await me(worker, before.token), 401);
        }
        await loggedIn(worker, "alice", opens);
      }));
  }

  test("a user who has never logged in is adopted by the operator's command, and the old password opens nothing", () =>
    withStaleKv({}, async (worker) => {
      await setPassword(worker, HASHES.bob);
      await refused(worker, PASSWORDS.alice);
      await loggedIn(worker, "alice", PASSWORDS.bob);
    }));

  test("logins with the old password that are pending when the password changes leave no session", () =>
    withStaleKv({}, async (worker) => {
      await loggedIn(worker, "alice");
      const logins = Array.from({ length: 8 }, () => logIn(worker, "alice", PASSWORDS.alice));
      await Promise.race(logins); // The other logins are still in progress.
      await setPassword(worker, HASHES.bob);
      for (const response of await Promise.all(logins)) {
        if (response.status === 200) await ended(worker, await response.json());
        else await assertProblem(response, 401, "credentials_incorrect");
      }
      assert.deepEqual((await administered(worker, "GET", userPath("alice"))).sessions, []);
    }));
});

test("finding 2: the operator's reset takes effect after any number of password changes", () =>
  withWorker({ users: [alice], clock: true }, async (worker) => {
    let password = PASSWORDS.alice;
    for (let i = 0; i < 9; i++) {
      const { token } = await loggedIn(worker, "alice", password);
      const next = `quite a few words, number ${i}`;
      assert.equal((await changePassword(worker, token, password, next)).status, 204);
      password = next;
    }
    await setPassword(worker, HASHES.bob);
    await refused(worker, password);
    await loggedIn(worker, "alice", PASSWORDS.bob);
    const stored = async () => JSON.parse(await worker.kv.get("user:alice")).hash_password;
    await eventually(async () => (await stored()) === HASHES.bob, "the operator's hash is in KV");
  }));

test("finding 3: a log-out while KV is stale does not undo the operator's disable", () =>
  withStaleKv({}, async (worker, fresh) => {
    const [spare, other] = [await loggedIn(worker, "alice"), await loggedIn(worker, "alice")];
    assert.equal((await logOut(worker, spare.token)).status, 204);
    await setDisabled(worker, true);
    await assertProblem(
      await fetch(`${worker.url}/logout`, { method: "POST", headers: { authorization: `Bearer ${other.token}` } }),
      401,
      "token_incorrect",
    );
    await refused(worker, PASSWORDS.alice);
    await fresh();
    await refused(worker, PASSWORDS.alice);
    assert.equal(JSON.parse(await worker.kv.get("user:alice")).disabled, true);
    await setDisabled(worker, false);
    await loggedIn(worker, "alice");
    await ended(worker, other);
  }));

test("finding 3: concurrent log-outs do not undo the operator's disable", () =>
  withStaleKv({}, async (worker) => {
    const sessions = [];
    for (let i = 0; i < 8; i++) sessions.push(await loggedIn(worker, "alice"));
    const [disabled, ...logOuts] = await Promise.all([
      setDisabled(worker, true),
      ...sessions.map(({ token }) => logOut(worker, token)),
    ]);
    assert.equal(disabled.disabled, true);
    for (const { status } of logOuts) assert.ok([204, 401].includes(status), String(status));
    await refused(worker, PASSWORDS.alice);
    for (const session of sessions) await ended(worker, session);
    const stored = async () => JSON.parse(await worker.kv.get("user:alice"));
    await eventually(async () => (await stored()).disabled === true, "KV has the decision");
    assert.equal((await administered(worker, "GET", userPath("alice"))).disabled, true);
  }));

describe("finding 4: a removed user", () => {
  test("stays removed for every value that KV shows and any number of login attempts", () =>
    withStaleKv({}, async (worker, fresh) => {
      const before = await loggedIn(worker, "alice");
      await remove(worker);
      for (const minutes of [0, 4, 8, 12, 16]) {
        await worker.clock.ahead(minutes * 60);
        await refused(worker, PASSWORDS.alice);
        await ended(worker, before);
      }
      await fresh();
      await refused(worker, PASSWORDS.alice);
      await worker.kv.put("user:alice", JSON.stringify(alice)); // An import restores the seed.
      await refused(worker, PASSWORDS.alice);
      assert.equal((await admin(worker, "GET", userPath("alice"))).status, 404);
    }));

  test("leaves no data to a new user with the same name, and nobody can sign up with that name", () =>
    withWorker({ users: [alice], vars: { REGISTRATION: "open" }, clock: true }, async (worker) => {
      const before = await loggedIn(worker, "alice");
      await remove(worker);
      const words = "quite a few words, all of them mine";
      await assertProblem(
        await signUp(worker, { username: "alice", password: words, phone: "" }),
        409,
        "username_taken",
      );
      const { id } = await administered(worker, "POST", "/admin/users", {
        username: "alice",
        hash_password: HASHES.bob,
      });
      assert.notEqual(id, alice.id);
      await ended(worker, before);
      assert.equal(await me(worker, before.token), 401);
      await refused(worker, PASSWORDS.alice);
      assert.equal(claimsOf((await loggedIn(worker, "alice", PASSWORDS.bob)).token).id, id);
      await assertProblem(
        await admin(worker, "POST", "/admin/users", { username: "other", id: alice.id }),
        409,
        "id_taken",
      );
    }));
});

const LEGACY = { LEGACY_SECRET_KEY, LEGACY_UNTIL: "2099-01-01" };

test("finding 5: SESSIONS_VALID_FROM ends every session and token from before that time", async () => {
  const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
  const vars = { ...LEGACY, TOKEN_ISSUER: "https://login.example.test" };
  try {
    const login = await withWorker({ users: [alice], persist, vars }, (worker) => loggedIn(worker, "alice"));
    const issued = claimsOf(login.token).auth_time;
    await sleep(1100);
    await withWorker({ persist, vars: { ...vars, SESSIONS_VALID_FROM: String(issued + 1) } }, async (worker) => {
      await worker.kv.put("id:1", "alice");
      await ended(worker, login);
      const made = await foreignToken(worker, { iss: vars.TOKEN_ISSUER, iat: issued });
      const flask = legacyToken({ id: 1 }, { iat: issued });
      await assertProblem(await refresh(worker, flask), 401, "token_incorrect");
      for (const token of [login.token, made, flask]) {
        assert.equal(await me(worker, token), 401);
        await assertProblem(await getVerify(worker, `Bearer ${token}`), 401, "token_incorrect");
      }
      const next = await loggedIn(worker, "alice");
      await refreshed(worker, next.refresh_token);
      assert.equal(await me(worker, next.token), 200);
      assert.equal(await me(worker, legacyToken({ id: 1 }, { iat: issued + 1 })), 200);
    });
  } finally {
    rmSync(persist, { recursive: true });
  }
});

describe("finding 6: a token of the Flask application", () => {
  const withLegacy = (use, more = {}) =>
    withWorker({ users: [alice], vars: LEGACY, clock: true, ...more }, async (worker) => {
      await worker.kv.put("id:1", "alice");
      await use(worker, (options) => legacyToken({ id: 1 }, options));
    });

  test("gives one session, and none after that session was logged out", () =>
    withLegacy(async (worker, token) => {
      const old = token();
      const session = await refreshed(worker, old);
      for (let i = 0; i < 3; i++) await assertProblem(await refresh(worker, old), 401, "token_incorrect");
      assert.equal((await logOut(worker, session.token)).status, 204);
      await assertProblem(await refresh(worker, old), 401, "token_incorrect");
    }));

  test("gives one session when thirty-four requests exchange it at once, and ends no other session", () =>
    withLegacy(async (worker, token) => {
      const bystander = await loggedIn(worker, "alice");
      const old = token();
      const answers = await Promise.all(Array.from({ length: 34 }, () => refresh(worker, old)));
      assert.equal(answers.filter(({ status }) => status === 200).length, 1);
      for (const answer of answers) if (answer.status !== 200) await assertProblem(answer, 401, "token_incorrect");
      await refreshed(worker, bystander.refresh_token);
      assert.equal((await administered(worker, "GET", userPath("alice"))).sessions.length, 2);
    }));

  test("gives a session that started when the token was issued", () =>
    withLegacy(async (worker, token) => {
      const issued = worker.clock.now() - 600;
      const session = await refreshed(worker, token({ iat: issued }));
      assert.equal(claimsOf(session.token).auth_time, issued);
      assert.ok(session.refresh_expires_in <= 30 * DAY - 600);
    }));

  test("is refused after a sign-out, even while KV shows the old record", () =>
    withLegacy(
      async (worker, token) => {
        const old = token();
        await worker.kv.put("stale:user:alice", JSON.stringify(alice));
        await signOut(worker);
        await assertProblem(await refresh(worker, old), 401, "token_incorrect");
      },
      { bindings: { USERS: kvStale } },
    ));
});

test("finding 7: ninety log-outs end those ninety sessions and no other, and the stored record stays small", () =>
  withWorker({ users: [alice], clock: true }, async (worker) => {
    const bystander = await loggedIn(worker, "alice");
    const tokens = [];
    for (let i = 0; i < 90; i++) {
      const { token } = await loggedIn(worker, "alice");
      assert.equal((await logOut(worker, token)).status, 204);
      tokens.push(token);
    }
    await becomes(401, () => me(worker, tokens.at(-1)));
    for (const [i, token] of tokens.entries()) assert.equal(await me(worker, token), 401, `log-out ${i + 1}`);
    assert.equal(await me(worker, bystander.token), 200);
    await refreshed(worker, bystander.refresh_token);
    const stored = await worker.kv.get("user:alice");
    assert.ok(stored.length < 8192, `${stored.length} characters`);
    // The tokens have expired, and the next change removes their entries.
    await worker.clock.ahead(DAY + 7200);
    const last = await loggedIn(worker, "alice");
    assert.equal((await logOut(worker, last.token)).status, 204);
    const noted = async () => JSON.parse(await worker.kv.get("user:alice")).portcullis.sessions_ended;
    await eventually(async () => (await noted()).notes.length === 1 && !(await noted()).ask_until, "KV has one note");
  }));

test("finding 8: a changed hash ends the sessions that were started with the old hash", () =>
  withWorker({ users: [alice] }, async (worker) => {
    const before = await loggedIn(worker, "alice");
    await setPassword(worker, HASHES.bob);
    await ended(worker, before);
    await becomes(401, () => me(worker, before.token));
  }));
