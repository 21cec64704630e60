import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertChallenge, assertHeaders, bearer, claimsOf, foreignToken, loggedIn, now } from "../support/requests.mjs";
import { kv } from "../support/stores.mjs";
import { alice } from "../support/users.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";

const verify = (worker, headers = {}, init = {}) => fetch(`${worker.url}/verify`, { headers, ...init });

describe("GET /verify", () => {
  let worker, token;
  before(async () => {
    worker = await startWorker({ users: [alice] });
    ({ token } = await loggedIn(worker, "alice"));
  });
  after(() => worker?.stop());

  test("answers what a right token says, as Bearer and as JWT", async () => {
    for (const scheme of ["Bearer", "jwt"]) {
      const response = await verify(worker, { authorization: `${scheme} ${token}` });
      assert.equal(response.status, 200);
      assertHeaders(response);
      assert.deepEqual(await response.json(), { id: 1, username: "alice", expires_at: claimsOf(token).exp });
    }
  });

  test("answers HEAD without a body", async () => {
    const response = await verify(worker, bearer(token), { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
  });

  test("refuses what /me refuses of a token itself", async () => {
    await assertChallenge(await verify(worker), "token_missing", undefined);
    await assertChallenge(await fetch(`${worker.url}/verify?token=${token}`), "token_missing", undefined);
    const over = await foreignToken(worker, { iat: 1, exp: now() });
    await assertChallenge(await verify(worker, bearer(over)), "token_overdue", "invalid_token");
    const wrong = ["x.y.z", await foreignToken(worker, { iss: "https://elsewhere.test" }), await foreignToken(worker, { sub: "2" })];
    for (const token of wrong) await assertChallenge(await verify(worker, bearer(token)), "token_incorrect", "invalid_token");
  });
});

test("GET /verify asks no store: it is answered where KV and the objects are not", () =>
  withWorker({ bindings: { USERS: kv({ read: 'throw new Error("down");' }) } }, async (worker) => {
    assert.equal((await verify(worker, bearer(await foreignToken(worker)))).status, 200);
  }));
