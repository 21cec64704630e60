// Faults around the Worker: no data is lost and nobody is let in. store.test.mjs tests a KV that
// does not answer, misconfigured.test.mjs wrong settings, resilience.test.mjs a panic.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  assertProblem,
  bearer,
  changePassword,
  foreignToken,
  getMe,
  logIn,
  logOut,
  loggedIn,
  me,
  post,
  refresh,
  refreshed,
  signUp,
} from "../support/requests.mjs";
import { accounts, accountsNotMade, kv } from "../support/stores.mjs";
import { PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { from, withWorker } from "../support/worker.mjs";

const NEW = "quite a few words, all of them mine";
const DAY = 24 * 3600;
const NOBODYS = `${Buffer.from("alice").toString("base64url")}.${"A".repeat(22)}.1.${"A".repeat(43)}`;

/** The record that alice's object has written to KV. */
const REPLICA = { ...alice, portcullis: { revision: 1, version: 1 } };

const OBJECTS = {
  "cannot be made": accountsNotMade,
  "throws an error": accounts('throw new Error("object-internal-detail");'),
  "throws a string": accounts('throw "object-internal-detail";'),
  "answers 500": accounts('return new Response("object-internal-detail", { status: 500 });'),
  "answers what is no JSON": accounts('return new Response("object-internal-detail");'),
  "answers something else in JSON": accounts('return Response.json({ answer: "object-internal-detail", record: 1 });'),
  "answers nothing": accounts("return new Response(null);"),
};

describe("when an account's object fails", () => {
  for (const [what, source] of Object.entries(OBJECTS)) {
    test(`nobody is let in and no change is reported as done (it ${what})`, () =>
      withWorker(
        { users: [REPLICA], bindings: { ACCOUNTS: source }, vars: { REGISTRATION: "open" } },
        async (worker) => {
          const token = await foreignToken(worker, { sid: "A".repeat(22), ver: 1 });
          const asked = {
            "the right password": () => logIn(worker, "alice", PASSWORDS.alice),
            "a wrong password": () => logIn(worker, "alice", "wrong"),
            "an unknown user": () => logIn(worker, "nobody", "wrong"),
            "a refresh": () => refresh(worker, NOBODYS),
            "a log-out": () => post(worker, "/logout", "", bearer(token)),
            "a new password": () => changePassword(worker, token, PASSWORDS.alice, NEW),
            "a sign-up": () => signUp(worker, { username: "erin", password: NEW, phone: "" }),
          };
          for (const [what, ask] of Object.entries(asked)) {
            const response = await ask();
            assert.equal(response.status, 503, `${what}: ${await response.clone().text()}`);
            const problem = await assertProblem(response, 503, "store_unavailable");
            assert.doesNotMatch(JSON.stringify(problem), /object-internal-detail|user:|alice/);
          }
          assert.equal(await worker.kv.get("user:erin"), null);
          assert.equal(await me(worker, token), 200, "a token still opens /me, which asks no object where KV can tell");
        },
      ));
  }

  test("the Worker stops waiting for a response that never comes", () =>
    withWorker(
      {
        users: [alice],
        bindings: { ACCOUNTS: accounts("await new Promise((resolve) => setTimeout(resolve, 60_000));") },
      },
      async (worker) => {
        const headers = { "content-type": "application/json" };
        const ask = (path, body) =>
          fetch(worker.url + path, {
            method: "POST",
            headers,
            body: JSON.stringify(body),
            signal: AbortSignal.timeout(12_000),
          });
        const answers = [
          ask("/login", { username: "alice", password: PASSWORDS.alice }),
          ask("/refresh", { refresh_token: NOBODYS }),
        ];
        for (const response of await Promise.all(answers)) await assertProblem(response, 503, "store_unavailable");
      },
    ));
});

test("a slow KV makes no login fail", () => {
  const slow = "await new Promise((resolve) => setTimeout(resolve, 1500));";
  const USERS = kv({ read: `${slow} return store.get(key);`, write: `${slow} return store.put(key, value);` });
  return withWorker({ users: [alice], bindings: { USERS } }, async (worker) => {
    const { token, refresh_token } = await loggedIn(worker, "alice");
    assert.equal(await me(worker, token), 200);
    await refreshed(worker, refresh_token);
    await assertProblem(await logIn(worker, "alice", "wrong"), 401, "credentials_incorrect");
  });
});

test("a KV that rejects writes loses no log-out and no new user, because the object keeps them until it can write", () => {
  const write = 'if ((await store.get("refuse")) !== null) throw new Error("down"); return store.put(key, value);';
  return withWorker(
    { users: [alice], bindings: { USERS: kv({ write }) }, vars: { REGISTRATION: "open" } },
    async (worker) => {
      await worker.kv.put("refuse", "yes");
      const response = await signUp(worker, { username: "erin", password: NEW, phone: "" });
      assert.equal(response.status, 201, await response.text());
      assert.equal(await worker.kv.get("user:erin"), null);
      await loggedIn(worker, "erin", NEW);
      const { token, refresh_token } = await loggedIn(worker, "alice");
      assert.equal((await logOut(worker, token)).status, 204);
      await assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
    },
  );
});

describe("a truncated, foreign or malformed value in KV", () => {
  const cut = JSON.stringify(alice).slice(0, 40);
  const texts = { cut, foreign: JSON.stringify(bob), empty: "", "a number": "1", HTML: "<html>502</html>" };
  for (const [what, text] of Object.entries(texts)) {
    test(`lets nobody in who has not logged in before, by a password or a token (${what})`, () =>
      withWorker({ users: [alice] }, async (worker) => {
        const token = await foreignToken(worker);
        await worker.kv.put("user:alice", text);
        for (const password of [PASSWORDS.alice, PASSWORDS.bob]) {
          await assertProblem(await logIn(worker, "alice", password), 401, "credentials_incorrect");
        }
        const response = await getMe(worker, `Bearer ${token}`);
        assert.equal(response.status, 503, "an operator has to repair it");
        assert.doesNotMatch(await response.text(), /alice|bob|\+44/);
        await worker.kv.put("user:alice", JSON.stringify(alice));
        assert.equal(await me(worker, token), 200);
        await loggedIn(worker, "alice");
      }));
  }

  test("changes nothing for a user whose object has the record, and the object repairs the value", () => {
    const cases = Object.entries(texts).map(([what, text], i) => ({ what, text, name: `user-${i}` }));
    const users = cases.map(({ name }, i) => user(i + 1, name, "alice"));
    return withWorker({ users, clock: true }, async (worker) => {
      // The object checks KV two minutes after its write; the test sets that to a few seconds of the real clock.
      await worker.clock.ahead(-115);
      for (const one of cases) {
        const { what, text, name } = one;
        await loggedIn(worker, name, PASSWORDS.alice);
        one.replica = await worker.kv.get(`user:${name}`);
        assert.ok(JSON.parse(one.replica).portcullis, "an object wrote it");
        await worker.kv.put(`user:${name}`, text);
        await assertProblem(await logIn(worker, name, PASSWORDS.bob), 401, "credentials_incorrect");
        const { refresh_token } = await loggedIn(worker, name, PASSWORDS.alice);
        const { token } = await refreshed(worker, refresh_token);
        assert.equal(await me(worker, token), 200, what);
      }
      await worker.clock.ahead(0);
      for (const { what, name, replica } of cases) {
        await eventually(
          async () => (await worker.kv.get(`user:${name}`)) === replica,
          `KV has the replica again (${what})`,
        );
      }
    });
  });
});

describe("a clock that jumps", () => {
  const options = { users: [alice, bob], clock: true };
  test("ahead ends tokens and sessions, and back again they are valid; no data is lost", () =>
    withWorker(options, async (worker) => {
      const { token, refresh_token } = await loggedIn(worker, "alice");
      await worker.clock.ahead(30 * DAY + 3600);
      await assertProblem(await getMe(worker, `Bearer ${token}`), 401, "token_overdue");
      await assertProblem(await refresh(worker, refresh_token), 401, "token_overdue");
      await loggedIn(worker, "alice");
      await worker.clock.ahead(0);
      assert.equal(await me(worker, token), 200);
      await refreshed(worker, refresh_token);
    }));

  test("back accepts no token from the future, and the next login works", () =>
    withWorker(options, async (worker) => {
      const { token } = await loggedIn(worker, "alice");
      await worker.clock.ahead(-DAY);
      await assertProblem(await getMe(worker, `Bearer ${token}`), 401, "token_incorrect");
      const login = await loggedIn(worker, "alice");
      assert.equal(await me(worker, login.token), 200);
      await refreshed(worker, login.refresh_token);
    }));

  test("ahead and back locks nobody out for longer than the window", () =>
    withWorker(options, async (worker) => {
      const attempt = async (password) => (await logIn(worker, "alice", password, from("198.51.100.1"))).status;
      await worker.clock.ahead(3650 * DAY);
      for (let i = 0; i < 10; i++) assert.equal(await attempt("wrong"), 401);
      assert.equal(await attempt(PASSWORDS.alice), 429);
      await worker.clock.ahead(0);
      await attempt("wrong");
      await worker.clock.ahead(905);
      assert.equal(await attempt(PASSWORDS.alice), 200);
    }));

  test("ahead and back within a rotation still creates one successor", () =>
    withWorker(options, async (worker) => {
      const { refresh_token } = await loggedIn(worker, "bob");
      await worker.clock.ahead(DAY);
      const first = await refreshed(worker, refresh_token);
      await worker.clock.ahead(0);
      const again = await refreshed(worker, refresh_token);
      assert.equal(again.refresh_token, first.refresh_token);
      await refreshed(worker, first.refresh_token);
    }));

  test("to an invalid date is an error, and the Worker serves nobody", () =>
    withWorker(options, async (worker) => {
      await worker.clock.ahead(1e14);
      const response = await logIn(worker, "alice", PASSWORDS.alice);
      assert.ok(response.status >= 500, String(response.status));
      await response.text();
      await worker.clock.ahead(0);
      await loggedIn(worker, "alice");
    }));
});
