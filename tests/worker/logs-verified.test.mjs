// LOG_VERIFIED: whether each token that is let in at /me and /verify has a line in the log.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, getMe, getVerify, loggedIn } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

/** The statuses that the log has for /me and /verify, after one token was let in at each and one refused. */
async function statuses(worker) {
  const { token } = await loggedIn(worker, "alice");
  for (const ask of [getMe, getVerify]) assert.equal((await ask(worker, `Bearer ${token}`)).status, 200);
  assert.equal((await getMe(worker, "Bearer x.y.z")).status, 401);
  // The last line is there, so all are.
  await worker.logged(({ message }) => message.includes('"route":"me","status":401'));
  const lines = worker.logs.map(({ message }) => JSON.parse(message));
  return lines
    .filter(({ route }) => route === "me" || route === "verify")
    .map(({ route, status }) => `${route} ${status}`);
}

test("with LOG_VERIFIED on each token that is accepted has a line in the log, and each that is refused", () =>
  withWorker({ users: [alice], vars: { LOG_VERIFIED: "on" } }, async (worker) => {
    assert.deepEqual(await statuses(worker), ["me 200", "verify 200", "me 401"]);
  }));

test("without LOG_VERIFIED only tokens that are refused have a line, and so have logins", () =>
  withWorker({ users: [alice] }, async (worker) => {
    assert.deepEqual(await statuses(worker), ["me 401"]);
    assert.ok(worker.logs.some(({ message }) => message.includes('"route":"login","status":200')));
  }));

for (const [name, value] of [
  ["LOG_VERIFIED", "no"],
  ["LOG_VERIFIEED", "off"],
]) {
  test(`${name} = "${value}" is named in the log, and nothing is served`, () =>
    withWorker({ users: [alice], vars: { [name]: value } }, async (worker) => {
      await assertProblem(await getMe(worker, "Bearer x.y.z"), 500, "misconfigured");
      await worker.logged(({ message }) => message.includes(`"setting":"${name}"`));
    }));
}
