// The members of a log line, for each route on which a request is accepted or refused.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  bearer,
  changePassword,
  foreignToken,
  introspect,
  logIn,
  logOut,
  loggedIn,
  now,
  post,
  refresh,
  signUp,
} from "../support/requests.mjs";
import { PASSWORDS, alice, bob } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { INTROSPECTION_SECRET, from, startWorker } from "../support/worker.mjs";

const NEW = "vogon poetry, third worst of all";
const RAY = "8f0c2d3e4b5a6978-LHR";

describe("a log line", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice, bob], vars: { REGISTRATION: "open", INTROSPECTION_SECRET } });
  });
  after(() => worker?.stop());

  const lines = () => worker.logs.flatMap(({ message }) => (message.startsWith("{") ? [JSON.parse(message)] : []));
  /** The log lines of the requests that `ask` sends; there must be at least `least`. */
  const during = async (ask, least = 1) => {
    const before = lines().length;
    const answers = await ask();
    const decisions = () =>
      lines()
        .slice(before)
        .filter(({ event }) => event === "decision");
    await eventually(() => decisions().length >= least, `${least} lines of the log`);
    return { answers, lines: decisions() };
  };

  test("has the time, the route, the outcome, the reason, the account, the request id and the duration", async () => {
    const {
      lines: [line],
    } = await during(() => logIn(worker, "alice", PASSWORDS.alice, { "cf-ray": RAY }));
    const { time, duration_ms, account, ...rest } = line;
    assert.deepEqual(rest, {
      event: "decision",
      route: "login",
      status: 200,
      outcome: "admitted",
      reason: "password_right",
      address: "127.0.0.0/24",
      request: RAY,
    });
    assert.ok(Math.abs(time - now()) < 60, String(time));
    assert.ok(duration_ms >= 0 && duration_ms < 60_000, String(duration_ms));
    assert.match(account, /^[0-9a-f]{16}$/);
  });

  test("names an account by one hash for all spellings of its name, and by another hash for each other or unknown account", async () => {
    const account = async (name) => (await during(() => logIn(worker, name, "wrong"))).lines[0].account;
    const alices = await account("alice");
    assert.equal(await account("ＡLICE"), alices);
    const [bobs, nobodys] = [await account("bob"), await account("nobody")];
    assert.equal(new Set([alices, bobs, nobodys]).size, 3);
    for (const hash of [bobs, nobodys]) assert.match(hash, /^[0-9a-f]{16}$/);
  });

  test("is written for each accepted and each refused request, on every route", async () => {
    const { token, refresh_token } = await loggedIn(worker, "bob");
    const overdue = await foreignToken(worker, { iat: 1, exp: 2 });
    const asked = [
      ["login", 401, "password_wrong", () => logIn(worker, "bob", "wrong")],
      ["login", 401, "user_unknown", () => logIn(worker, "nobody", "wrong")],
      ["me", 401, "token_expired", () => fetch(`${worker.url}/me`, { headers: bearer(overdue) })],
      ["verify", 401, "token_expired", () => fetch(`${worker.url}/verify`, { headers: bearer(overdue) })],
      ["refresh", 200, null, () => refresh(worker, refresh_token)],
      ["refresh", 401, null, () => refresh(worker, "x")],
      ["introspect", 200, null, () => introspect(worker, token)],
      ["introspect", 401, null, () => introspect(worker, token, "wrong")],
      ["password", 401, null, () => changePassword(worker, token, "wrong", NEW)],
      ["password", 204, null, () => changePassword(worker, token, PASSWORDS.bob, NEW)],
      ["users", 201, null, () => signUp(worker, { username: "erin", password: NEW, phone: "" })],
      ["users", 409, null, () => signUp(worker, { username: "erin", password: NEW, phone: "" })],
      ["logout", 204, null, () => logOut(worker, token)],
      ["logout", 401, null, () => logOut(worker, "x.y.z")],
    ];
    for (const [route, status, reason, ask] of asked) {
      const {
        answers,
        lines: [line],
      } = await during(ask);
      assert.equal(answers.status, status, `${route}: ${await answers.text()}`);
      assert.deepEqual([line.route, line.status], [route, status]);
      assert.match(line.reason, /^[a-z_]+$/);
      if (reason) assert.equal(line.reason, reason);
    }
  });

  test("is written for an attempt that is refused without checking the password", async () => {
    const address = from("198.51.100.7");
    const { answers, lines: all } = await during(async () => {
      const statuses = [];
      for (let i = 0; i < 11; i++) statuses.push((await logIn(worker, "throttled", "wrong", address)).status);
      return statuses;
    }, 11);
    assert.equal(answers.at(-1), 429);
    assert.deepEqual([all.at(-1).status, all.at(-1).outcome, all.length], [429, "too_many_attempts", 11]);
  });

  test("contains nothing from a client that could break or forge a log line", async () => {
    const headers = { "cf-ray": 'x","outcome":"admitted', "user-agent": "zaphod", ...from('1.2.3.4","a":"zaphod') };
    const { lines: all } = await during(() =>
      post(worker, "/login", { username: 'zaphod"\u2028,"x":"', password: "zaphod" }, headers),
    );
    assert.equal(all.length, 1);
    assert.equal(all[0].outcome, "credentials_incorrect");
    const text = JSON.stringify(worker.logs);
    for (const sent of ["zaphod", "1.2.3.4", NEW, PASSWORDS.bob, "alice", "erin"])
      assert.ok(!text.includes(sent), sent);
    for (const { message } of worker.logs) assert.doesNotMatch(message, /[\r\n\u2028\u2029]/);
  });
});
