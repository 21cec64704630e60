// A user's own sessions: GET /sessions, DELETE /sessions and DELETE /sessions/{id}.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { administered, userPath } from "../support/admin.mjs";
import {
  assertChallenge,
  assertHeaders,
  assertProblem,
  bearer,
  claimsOf,
  foreignToken,
  loggedIn,
  me,
  now,
  refresh,
  refreshed,
} from "../support/requests.mjs";
import { PASSWORDS, alice, user } from "../support/users.mjs";
import { becomes } from "../support/wait.mjs";
import { from, startWorker } from "../support/worker.mjs";

const FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

describe("a user's sessions", () => {
  let worker;
  let id = 100;
  before(async () => {
    worker = await startWorker({ users: [alice] });
  });
  after(() => worker?.stop());

  const begun = async (name, headers) => {
    if ((await worker.kv.get(`user:${name}`)) === null)
      await worker.kv.put(`user:${name}`, JSON.stringify(user(id++, name, "alice")));
    return loggedIn(worker, name, PASSWORDS.alice, headers);
  };
  const ask = (method, path, token) =>
    fetch(worker.url + path, { method, headers: token === undefined ? {} : bearer(token) });
  const listed = async (token) => {
    const response = await ask("GET", "/sessions", token);
    assert.equal(response.status, 200, await response.clone().text());
    assertHeaders(response);
    return (await response.json()).sessions;
  };
  const sid = ({ token }) => claimsOf(token).sid;
  const over = async ({ refresh_token }) => assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");

  test("are listed, most recently used first, with their start and client and a mark on the current session", async () => {
    const one = await begun("lister", { ...from("203.0.113.77"), "user-agent": FIREFOX });
    const two = await begun("lister", { ...from("2001:db8:1:2::3"), "user-agent": "a program" });
    const [first, second] = await listed(one.token);
    assert.deepEqual([first.id, second.id], [sid(two), sid(one)]);
    assert.deepEqual([first.current, second.current], [false, true]);
    assert.deepEqual(second.client, { agent: "Firefox on Windows", network: "203.0.113.0/24" });
    assert.deepEqual(first.client, { agent: "unknown", network: "2001:db8:1::/48" });
    for (const { began_at, renewed_at } of [first, second]) {
      assert.ok(Math.abs(began_at - now()) < 60 && renewed_at === began_at);
    }
    await refreshed(worker, one.refresh_token);
    assert.deepEqual(
      (await listed(two.token)).map(({ id, current }) => [id, current]),
      [
        [sid(one), false],
        [sid(two), true],
      ],
    );
  });

  test("end one by one: a session and its tokens, and no other session", async () => {
    const [one, two] = [await begun("ender"), await begun("ender")];
    const response = await ask("DELETE", `/sessions/${sid(two)}`, one.token);
    assert.equal(response.status, 204);
    assert.equal(await response.text(), "");
    await over(two);
    await becomes(401, () => me(worker, two.token));
    assert.deepEqual(
      (await listed(one.token)).map(({ id }) => id),
      [sid(one)],
    );
    await assertProblem(await ask("DELETE", `/sessions/${sid(two)}`, one.token), 404, "session_unknown");
    await refreshed(worker, one.refresh_token);
  });

  test("end including the current session, like a log-out", async () => {
    const one = await begun("leaver");
    assert.equal((await ask("DELETE", `/sessions/${sid(one)}`, one.token)).status, 204);
    await over(one);
    await assertProblem(await ask("GET", "/sessions", one.token), 401, "token_incorrect");
  });

  test("end except for the current session", async () => {
    const logins = [await begun("cleaner"), await begun("cleaner"), await begun("cleaner")];
    assert.equal((await ask("DELETE", "/sessions", logins[1].token)).status, 204);
    await over(logins[0]);
    await over(logins[2]);
    assert.deepEqual(
      (await listed(logins[1].token)).map(({ id }) => id),
      [sid(logins[1])],
    );
    assert.equal((await ask("DELETE", "/sessions", logins[1].token)).status, 204, "none is left to end");
    await refreshed(worker, logins[1].refresh_token);
  });

  test("belong to the user: another user's session is unknown", async () => {
    const [mine, theirs] = [await begun("mine"), await begun("theirs")];
    await assertProblem(await ask("DELETE", `/sessions/${sid(theirs)}`, mine.token), 404, "session_unknown");
    await refreshed(worker, theirs.refresh_token);
  });

  test("require a token of an active session", async () => {
    const ended = await begun("signed-out");
    await administered(worker, "POST", userPath("signed-out", "/sign-out"));
    const foreign = await foreignToken(worker);
    for (const [method, path] of [
      ["GET", "/sessions"],
      ["DELETE", "/sessions"],
      ["DELETE", `/sessions/${"A".repeat(22)}`],
      ["DELETE", "/sessions/x"],
    ]) {
      await assertChallenge(await ask(method, path), "token_missing");
      await assertChallenge(await ask(method, path, "x.y.z"), "token_incorrect", "invalid_token");
      await assertProblem(await ask(method, path, foreign), 403, "forbidden");
    }
    await assertProblem(await ask("GET", "/sessions", ended.token), 401, "token_incorrect");
    await assertProblem(await ask("DELETE", "/sessions", ended.token), 401, "token_incorrect");
  });

  test("have ids, and any other text is an unknown session", async () => {
    const { token } = await begun("guesser");
    for (const id of ["x", "A".repeat(22), "A".repeat(23), "%00"]) {
      const response = await ask("DELETE", `/sessions/${id}`, token);
      assert.equal(response.status, 404);
    }
    await assertProblem(await ask("DELETE", "/sessions/a/b", token), 404, "not_found");
    await assertProblem(await ask("DELETE", "/sessions/", token), 404, "not_found");
  });
});
