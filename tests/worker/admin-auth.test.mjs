// Authentication of operators at /admin: they sign each request with a key of OPERATOR_KEYS.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  OPERATOR,
  STRANGER,
  admin,
  operatorKeys,
  operatorToken,
  publicPart,
  sendAdmin,
  userPath,
} from "../support/admin.mjs";
import { assertChallenge, assertProblem, loggedIn, now } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { SECRET_KEY, startWorker, withWorker } from "../support/worker.mjs";

const ALICE = userPath("alice");
const SIGN_OUT = userPath("alice", "/sign-out");

describe("an operator's request", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice], vars: { CORS_ORIGINS: "https://app.example.test" } });
  });
  after(() => worker?.stop());

  const lines = () => worker.logs.flatMap(({ message }) => (message.startsWith("{") ? [JSON.parse(message)] : []));
  const logged = (route, reason) =>
    worker.logged(({ message }) => message.includes(`"route":"${route}"`) && message.includes(`"reason":"${reason}"`));
  const refused = (response) => assertChallenge(response, "operator_refused", "invalid_token");

  test("is accepted when a key of OPERATOR_KEYS signed it, and the log names the key's kid", async () => {
    const response = await admin(worker, "GET", ALICE);
    assert.equal(response.status, 200, await response.clone().text());
    const line = JSON.parse((await logged("admin_user", "user_read")).message);
    assert.equal(line.operator, OPERATOR.kid);
    assert.equal(line.outcome, "admitted");
    assert.match(line.account, /^[0-9a-f]{16}$/);
  });

  test("is refused without a token, with a challenge that has no error", async () => {
    await assertChallenge(await sendAdmin(worker, "GET", ALICE, undefined, null), "operator_refused");
    const token = await operatorToken(worker, "GET", ALICE);
    for (const authorization of [`JWT ${token}`, token, `Basic ${token}`]) {
      await assertChallenge(
        await sendAdmin(worker, "GET", ALICE, undefined, null, { authorization }),
        "operator_refused",
      );
    }
    assert.equal((await sendAdmin(worker, "GET", ALICE, undefined, token)).status, 200, "the token was not used up");
  });

  // Each token is wrong in exactly one respect. `code` is the code in the log; the last value says whether the log can name the key.
  const at = now();
  const WRONG = {
    "another typ": [{ header: { typ: "JWT" } }, null, false],
    "no typ": [{ header: { typ: undefined } }, null, false],
    "a kid that is not known": [{ header: { kid: "nobody" } }, "token_key_unknown", false],
    "no kid": [{ header: { kid: undefined } }, "token_key_unknown", false],
    "a key that is not known": [{ key: STRANGER }, "token_key_unknown", false],
    "a signature by another key under the operator's kid": [
      { key: { ...STRANGER, kid: OPERATOR.kid } },
      "token_signature_invalid",
      false,
    ],
    "another aud": [{ claims: { aud: "https://elsewhere.test" } }, "operator_audience_mismatch", true],
    "no aud": [{ claims: { aud: undefined } }, "operator_claims_invalid", true],
    "a list as aud": [{ claims: { aud: ["https://elsewhere.test"] } }, "operator_claims_invalid", true],
    "another htm": [{ claims: { htm: "GET" } }, "operator_method_mismatch", true],
    "htm in lower case": [{ claims: { htm: "post" } }, "operator_method_mismatch", true],
    "no htm": [{ claims: { htm: undefined } }, "operator_claims_invalid", true],
    "another htu": [{ claims: { htu: "https://elsewhere.test/admin/users" } }, "operator_url_mismatch", true],
    "no htu": [{ claims: { htu: undefined } }, "operator_claims_invalid", true],
    "another body_sha256": [{ claims: { body_sha256: "A".repeat(43) } }, "operator_body_mismatch", true],
    "no body_sha256": [{ claims: { body_sha256: undefined } }, "operator_claims_invalid", true],
    "no jti": [{ claims: { jti: undefined } }, "operator_claims_invalid", true],
    "an empty jti": [{ claims: { jti: "" } }, "operator_jti_malformed", true],
    "a jti of 65 characters": [{ claims: { jti: "x".repeat(65) } }, "operator_jti_malformed", true],
    "an exp 61 seconds after iat": [{ claims: { iat: at, exp: at + 61 } }, "operator_lifetime_too_long", true],
    "an exp before iat": [{ claims: { iat: at + 50, exp: at + 40 } }, "operator_lifetime_too_long", true],
    "an exp that is past": [{ claims: { iat: at - 61, exp: at - 1 } }, "operator_expired", true],
    "an iat beyond a minute ahead": [{ claims: { iat: at + 120, exp: at + 180 } }, null, null],
    "no exp": [{ claims: { exp: undefined } }, null, null],
    "no iat": [{ claims: { iat: undefined } }, null, null],
  };
  for (const [what, [signed, reason, isKeyKnown]] of Object.entries(WRONG)) {
    test(`is refused with ${what}`, async () => {
      const first = lines().length;
      await refused(await admin(worker, "POST", SIGN_OUT, undefined, signed));
      await worker.logged(() => lines().length > first);
      const line = lines()[first];
      assert.deepEqual([line.route, line.status, line.outcome], ["admin_sign_out", 401, "operator_refused"]);
      if (reason !== null) assert.equal(line.reason, reason);
      if (isKeyKnown !== null) assert.equal(line.operator, isKeyKnown ? OPERATOR.kid : undefined);
      assert.equal(line.account, undefined, "nothing is said of the user");
    });
  }

  test("is refused when it is sent again, and the log names a replay", async () => {
    const token = await operatorToken(worker, "GET", ALICE);
    assert.equal((await sendAdmin(worker, "GET", ALICE, undefined, token)).status, 200);
    await refused(await sendAdmin(worker, "GET", ALICE, undefined, token));
    assert.equal(JSON.parse((await logged("admin_user", "operator_replayed")).message).operator, OPERATOR.kid);
    const jti = "chosen-by-the-operator";
    assert.equal((await admin(worker, "GET", ALICE, undefined, { claims: { jti } })).status, 200);
    await refused(await admin(worker, "GET", userPath("bob"), undefined, { claims: { jti } }));
  });

  test("is accepted once when it is sent many times at the same moment", async () => {
    const token = await operatorToken(worker, "GET", ALICE);
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => sendAdmin(worker, "GET", ALICE, undefined, token)),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(7).fill(401)]);
  });

  test("is refused with another body, method or path than the signed one", async () => {
    const body = { phone: "+44 1" };
    const token = () => operatorToken(worker, "PATCH", ALICE, body);
    await refused(await sendAdmin(worker, "PATCH", ALICE, { phone: "+44 2" }, await token()));
    await refused(await sendAdmin(worker, "PATCH", ALICE, " " + JSON.stringify(body), await token()));
    await refused(await sendAdmin(worker, "PATCH", userPath("bob"), body, await token()));
    await refused(await sendAdmin(worker, "DELETE", ALICE, body, await token()));
    await refused(await sendAdmin(worker, "DELETE", ALICE, undefined, await operatorToken(worker, "GET", ALICE)));
    assert.equal((await sendAdmin(worker, "PATCH", ALICE, body, await token())).status, 200);
  });

  test("is accepted with another query, because the signature does not cover the query (RFC 9449 §4.2)", async () => {
    const token = await operatorToken(worker, "GET", "/admin/users");
    assert.equal((await sendAdmin(worker, "GET", "/admin/users?limit=1", undefined, token)).status, 200);
  });

  test("is accepted after a refused request with the same jti, because a refusal uses up no jti", async () => {
    const token = await operatorToken(worker, "POST", SIGN_OUT);
    await refused(await sendAdmin(worker, "POST", SIGN_OUT, "{}", token));
    assert.equal((await sendAdmin(worker, "POST", SIGN_OUT, undefined, token)).status, 204);
  });

  test("is refused with a user's token: access token, refresh token or a token signed with the Worker's own secret", async () => {
    const login = await loggedIn(worker, "alice");
    for (const token of [login.token, login.refresh_token, SECRET_KEY, "x", "x.y.z"]) {
      await refused(await sendAdmin(worker, "GET", ALICE, undefined, token));
    }
  });

  test("is refused with a body of more than 8192 bytes", async () => {
    const body = `{"phone":"${"1".repeat(8192)}"}`;
    await assertProblem(await admin(worker, "PATCH", ALICE, body), 413, "body_too_large");
  });

  test("is refused to pages: no preflight is answered, and no other origin may read a response", async () => {
    const headers = { origin: "https://app.example.test", "access-control-request-method": "GET" };
    const preflight = await fetch(worker.url + ALICE, { method: "OPTIONS", headers });
    assert.equal(preflight.headers.get("access-control-allow-origin"), null);
    await assertProblem(preflight, 405, "method_not_allowed");
    const token = await operatorToken(worker, "GET", ALICE);
    const response = await sendAdmin(worker, "GET", ALICE, undefined, token, { origin: headers.origin });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("access-control-allow-origin"), null);
  });

  const ALLOWED = {
    "/admin/users": ["GET", "HEAD", "POST"],
    [ALICE]: ["GET", "HEAD", "PATCH", "DELETE"],
    [SIGN_OUT]: ["POST"],
    [userPath("alice", "/rename")]: ["POST"],
    [userPath("alice", `/sessions/${"A".repeat(22)}`)]: ["DELETE"],
  };
  for (const [path, allowed] of Object.entries(ALLOWED)) {
    test(`to ${path} may only be ${allowed.join(", ")}`, async () => {
      for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((method) => !allowed.includes(method))) {
        const response = await admin(worker, method, path);
        assert.deepEqual(response.headers.get("allow")?.split(/, */).sort(), [...allowed].sort());
        await assertProblem(response, 405, "method_not_allowed");
      }
    });
  }

  for (const path of [
    "/admin",
    "/admin/",
    "/admin/users/",
    "/admin/users/alice",
    `${ALICE}/`,
    `${ALICE}/sessions`,
    `${ALICE}/sessions/`,
    `${ALICE}/x`,
  ]) {
    test(`to ${path} is not found`, async () => {
      await assertProblem(await admin(worker, "GET", path), 404, "not_found");
    });
  }
});

test("is remembered by its id as long as it could be accepted, and then forgotten", () =>
  withWorker({ users: [alice], clock: true }, async (worker) => {
    const [jti, began] = ["kept-for-a-while", worker.clock.now()];
    const claims = { jti, iat: began, exp: began + 60 };
    assert.equal((await admin(worker, "GET", ALICE, undefined, { claims })).status, 200);
    await worker.clock.ahead(58);
    await assertChallenge(
      await admin(worker, "GET", ALICE, undefined, { claims }),
      "operator_refused",
      "invalid_token",
    );
    await worker.clock.ahead(300);
    await assertChallenge(
      await admin(worker, "GET", ALICE, undefined, { claims }),
      "operator_refused",
      "invalid_token",
    );
    assert.equal(
      (await admin(worker, "GET", ALICE, undefined, { claims: { jti } })).status,
      200,
      "with new dates it is another request",
    );
  }));

test("is tracked by id for each key, and a removed key authorizes nothing", async () => {
  const vars = { OPERATOR_KEYS: operatorKeys(OPERATOR, STRANGER) };
  await withWorker({ users: [alice], vars }, async (worker) => {
    const claims = { jti: "the-same" };
    assert.equal((await admin(worker, "GET", ALICE, undefined, { claims })).status, 200);
    assert.equal((await admin(worker, "GET", ALICE, undefined, { claims, key: STRANGER })).status, 200);
  });
});

test("without OPERATOR_KEYS, /admin answers like an unknown path", () =>
  withWorker(
    { users: [alice], vars: { OPERATOR_KEYS: undefined, CORS_ORIGINS: "https://app.example.test" } },
    async (worker) => {
      const facts = async (response) => {
        const headers = Object.fromEntries([...response.headers].filter(([name]) => name !== "date"));
        return { status: response.status, headers, body: await response.text() };
      };
      for (const [method, path, body] of [
        ["GET", "/admin/users"],
        ["POST", "/admin/users", {}],
        ["PUT", "/admin/users"],
        ["GET", ALICE],
        ["DELETE", ALICE],
        ["POST", SIGN_OUT],
      ]) {
        const token = await operatorToken(worker, method, path, body);
        const origin = { origin: "https://app.example.test" };
        const answer = await facts(await sendAdmin(worker, method, path, body, token, origin));
        const elsewhere = await facts(await sendAdmin(worker, method, "/nothing", body, token, origin));
        assert.equal(answer.status, 404);
        assert.deepEqual(answer, elsewhere, `${method} ${path}`);
      }
    },
  ));

const MISCONFIGURED = {
  "a private key": JSON.stringify({ keys: [OPERATOR] }),
  "a symmetric key": JSON.stringify({ keys: [{ kty: "oct", kid: "k", alg: "HS256", k: "A".repeat(43) }] }),
  "a key without a kid": JSON.stringify({ keys: [{ ...publicPart(OPERATOR), kid: undefined }] }),
  "two keys of one kid": operatorKeys(OPERATOR, { ...STRANGER, kid: OPERATOR.kid }),
  "no key": JSON.stringify({ keys: [] }),
  "no JWK Set": "operator",
};
for (const [what, OPERATOR_KEYS] of Object.entries(MISCONFIGURED)) {
  test(`with ${what} in OPERATOR_KEYS the service is misconfigured`, () =>
    withWorker({ users: [alice], vars: { OPERATOR_KEYS } }, async (worker) => {
      await assertProblem(await admin(worker, "GET", ALICE), 500, "misconfigured");
      const line = await worker.logged(({ message }) => message.includes("OPERATOR_KEYS"));
      assert.ok(!line.message.includes(OPERATOR.d) && !JSON.stringify(worker.logs).includes(OPERATOR.d));
    }));
}
