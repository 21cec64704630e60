// LOG_VERIFIED: whether each token that /me and /verify accept has a line in the log.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, getMe, getVerify, loggedIn } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

/** The statuses in the log for /me and /verify, after each accepted one token and refused one. */
async function statuses(worker) {
  const { token } = await loggedIn(worker, "alice");
  for (const ask of [getMe, getVerify]) assert.equal((await ask(worker, `Bearer ${token}`)).status, 200);
  assert.equal((await getMe(worker, "Bearer x.y.z")).status, 401);
  // The line of the last request is there, so all earlier lines are there.
  await worker.logged(({ message }) => message.includes('"route":"me","status":401'));
  const lines = worker.logs.map(({ message }) => JSON.parse(message));
  return lines
    .filter(({ route }) => route === "me" || route === "verify")
    .map(({ route, status }) => `${route} ${status}`);
}

test("with LOG_VERIFIED on, each accepted and each refused token has a line in the log", () =>
  withWorker({ users: [alice], vars: { LOG_VERIFIED: "on" } }, async (worker) => {
    assert.deepEqual(await statuses(worker), ["me 200", "verify 200", "me 401"]);
  }));

test("without LOG_VERIFIED, refused tokens and logins have a line in the log, and accepted tokens do not", () =>
  withWorker({ users: [alice] }, async (worker) => {
    assert.deepEqual(await statuses(worker), ["me 401"]);
    assert.ok(worker.logs.some(({ message }) => message.includes('"route":"login","status":200')));
  }));

for (const [name, value] of [
  ["LOG_VERIFIED", "no"],
  ["LOG_VERIFIEED", "off"],
]) {
  test(`the log names ${name} = "${value}", and the Worker serves nothing`, () =>
    withWorker({ users: [alice], vars: { [name]: value } }, async (worker) => {
      await assertProblem(await getMe(worker, "Bearer x.y.z"), 500, "misconfigured");
      await worker.logged(({ message }) => message.includes(`"setting":"${name}"`));
    }));
}
