import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import {
  assertHeaders,
  assertProblem,
  bearer,
  claimsOf,
  logOut,
  loggedIn,
  me,
  refresh,
  refreshed,
} from "../support/requests.mjs";
import { alice, bob } from "../support/users.mjs";
import { becomes } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";

const MONTH = 30 * 24 * 3600;

describe("a session", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice, bob], clock: true });
  });
  afterEach(() => worker.clock.ahead(0));
  after(() => worker?.stop());

  const dead = async (refreshToken) => {
    const problem = await assertProblem(await refresh(worker, refreshToken), 401, "token_incorrect");
    assert.equal(problem.detail, "token incorrect");
  };

  test("starts with a refresh token that lasts a month", async () => {
    const login = await loggedIn(worker, "alice");
    // The clock of the object may show the next second when the Worker answers.
    assert.ok([MONTH, MONTH - 1].includes(login.refresh_expires_in), String(login.refresh_expires_in));
    assert.match(login.refresh_token, /^[\w.-]{60,512}$/);
  });

  test("continues with each refresh: a new access token of the same session, a new refresh token", async () => {
    let last = await loggedIn(worker, "alice");
    const { sid } = claimsOf(last.token);
    assert.ok(Buffer.from(sid, "base64url").length >= 16);
    for (let round = 0; round < 3; round++) {
      const response = await refresh(worker, last.refresh_token);
      assertHeaders(response);
      const next = await response.json();
      assert.equal(response.status, 200, JSON.stringify(next));
      assert.deepEqual(Object.keys(next).sort(), Object.keys(last).sort());
      assert.notEqual(next.refresh_token, last.refresh_token);
      assert.notEqual(claimsOf(next.token).jti, claimsOf(last.token).jti);
      assert.equal(claimsOf(next.token).sid, sid);
      assert.equal(await me(worker, next.token), 200);
      last = next;
    }
  });

  test("gives the same successor to a client that repeats its request within 30 seconds, and continues", async () => {
    const { refresh_token } = await loggedIn(worker, "alice");
    const first = await refreshed(worker, refresh_token);
    await worker.clock.ahead(25);
    const again = await refreshed(worker, refresh_token);
    assert.equal(again.refresh_token, first.refresh_token);
    assert.equal(await me(worker, again.token), 200);
    await refreshed(worker, first.refresh_token);
  });

  test("ends as a whole when a refresh token is used again later, and no other session ends", async () => {
    const other = await loggedIn(worker, "alice");
    const login = await loggedIn(worker, "alice");
    const next = await refreshed(worker, login.refresh_token);
    await worker.clock.ahead(32);
    await dead(login.refresh_token);
    await dead(next.refresh_token);
    await becomes(401, () => me(worker, next.token));
    assert.equal(await me(worker, login.token), 401);
    assert.equal(await me(worker, other.token), 200);
    await refreshed(worker, other.refresh_token);
  });

  test("ends when a refresh token older than the previous one is used again, however soon", async () => {
    const login = await loggedIn(worker, "alice");
    const next = await refreshed(worker, login.refresh_token);
    const last = await refreshed(worker, next.refresh_token);
    await dead(login.refresh_token);
    await dead(last.refresh_token);
  });

  test("has one successor when a hundred requests ask for it at once", async () => {
    const { refresh_token } = await loggedIn(worker, "bob");
    const answers = await Promise.all(Array.from({ length: 100 }, () => refreshed(worker, refresh_token)));
    const successors = new Set(answers.map((answer) => answer.refresh_token));
    assert.equal(successors.size, 1);
    await refreshed(worker, [...successors][0]);
  });

  test("expires after its lifetime, which a refresh does not extend", async () => {
    const login = await loggedIn(worker, "alice");
    await worker.clock.ahead(MONTH - 600);
    const next = await refreshed(worker, login.refresh_token);
    assert.ok(next.refresh_expires_in <= 600 && next.refresh_expires_in > 500, String(next.refresh_expires_in));
    await worker.clock.ahead(MONTH + 5);
    const problem = await assertProblem(await refresh(worker, next.refresh_token), 401, "token_overdue");
    assert.equal(problem.detail, "token be overdue");
  });

  test("accepts only its own refresh token, and a wrong token does not end it", async () => {
    const { token, refresh_token } = await loggedIn(worker, "alice");
    const bobs = await loggedIn(worker, "bob");
    const [name, session, number, secret] = refresh_token.split(".");
    const [, othersSession, , othersSecret] = bobs.refresh_token.split(".");
    const flip = (text) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    const wrong = [
      "garbage",
      "...",
      ".".repeat(4000),
      token,
      `${refresh_token}=`,
      ` ${refresh_token}`,
      refresh_token.slice(0, -1),
      [name, session, number, flip(secret)].join("."),
      [name, session, Number(number) + 1, secret].join("."),
      [name, session, `0${number}`, secret].join("."),
      [name, flip(session), number, secret].join("."),
      [name, othersSession, number, othersSecret].join("."),
      [bobs.refresh_token.split(".")[0], session, number, secret].join("."),
    ];
    for (const text of wrong) await dead(text);
    await refreshed(worker, refresh_token);
    await refreshed(worker, bobs.refresh_token);
  });

  test("does not accept a refresh token as an access token", async () => {
    const { refresh_token } = await loggedIn(worker, "alice");
    assert.equal(await me(worker, refresh_token), 401);
    const headers = { "content-type": "application/json", ...bearer(refresh_token) };
    const response = await fetch(`${worker.url}/refresh?refresh_token=${refresh_token}`, {
      method: "POST",
      headers,
      body: "{}",
    });
    await assertProblem(response, 400, "request_malformed");
  });

  test("accepts only one JSON object with just the refresh token (400)", async () => {
    const { refresh_token } = await loggedIn(worker, "alice");
    const bodies = [
      "",
      "{}",
      "[]",
      '{"refresh_token":1}',
      '{"refresh_token":null}',
      JSON.stringify({ refresh_token, grant_type: "x" }),
    ];
    for (const body of [...bodies, `{"refresh_token":"x","refresh_token":${JSON.stringify(refresh_token)}}`]) {
      const response = await fetch(`${worker.url}/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      await assertProblem(response, 400, "request_malformed");
    }
    await refreshed(worker, refresh_token);
  });

  test("ends at a log-out with its refresh token and all its access tokens, and no other session ends", async () => {
    const other = await loggedIn(worker, "alice");
    const login = await loggedIn(worker, "alice");
    const next = await refreshed(worker, login.refresh_token);
    const response = await logOut(worker, next.token);
    assert.equal(response.status, 204);
    assertHeaders(response);
    assert.equal(await response.text(), "");
    await dead(next.refresh_token);
    await becomes(401, () => me(worker, next.token));
    assert.equal(await me(worker, login.token), 401);
    assert.equal(await me(worker, other.token), 200);
    await refreshed(worker, other.refresh_token);
  });

  test("does not end at a log-out without a valid token", async () => {
    await assertProblem(await fetch(`${worker.url}/logout`, { method: "POST" }), 401, "token_missing");
    await assertProblem(await logOut(worker, "x.y.z"), 401, "token_incorrect");
  });
});
