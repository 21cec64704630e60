import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { TokenError, Verifier, decode, inspect, secretKey, verify } from "portcullis";

const folder = process.env.PORTCULLIS_VECTORS || fileURLToPath(new URL("../../../shared/vectors", import.meta.url));
const read = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const here = existsSync(join(folder, "derived", "jwt_attacks_hs256.json"));
const skip = here ? false : "SKIPPED: the test vectors are not here; name their folder in PORTCULLIS_VECTORS";
if (!here) console.error(`\n!!! ${skip}\n`);

test("the test vectors are here", { skip }, () => {});

/** The TokenError that `call` throws, or undefined if it throws nothing. */
function refusal(call) {
  try {
    call();
    return undefined;
  } catch (error) {
    assert.ok(error instanceof TokenError, `not a TokenError: ${error.stack}`);
    return error;
  }
}

if (here) describe("the derived attacks on HS256", () => {
  const { vectors, key_hex, now, count } = read("derived/jwt_attacks_hs256.json");
  const key = secretKey(Buffer.from(key_hex, "hex"), "HS256");

  test("are all there", () => assert.equal(vectors.length, count));

  for (const { id, cls, token, expect, ref } of vectors) {
    test(`${cls}: ${id} (${expect}; ${ref})`, () => {
      const options = {
        now,
        algorithms: ["HS256"],
        ...(cls === "iss" && { issuer: "https://issuer.test" }),
        ...(cls === "aud" && { audience: "api" }),
        ...(cls === "cross-jwt" && { type: "JWT" }),
      };
      const error = refusal(() => verify(token, key, options));
      if (expect === "accept") assert.equal(error, undefined, error?.message);
      if (expect === "reject") assert.ok(error, "it was accepted");
      assert.equal(refusal(() => new Verifier(key, options).verify(token))?.code, error?.code);
      // Reading without a key may take it or not, but nothing else.
      for (const look of [decode, (token) => inspect(token, { now })]) refusal(() => look(token));
      if (error) assert.ok(!error.message.includes(token.slice(0, 40)) || token.length === 0);
    });
  }
});

if (here) describe("tokens of PyJWT, jose, jsonwebtoken and fast-jwt", () => {
  const { cases, verify_at } = read("peers/jwt.json");
  const keys = read("peers/jwt_keys.json");
  const CODES = {
    expired: "token_expired",
    "not-yet-valid": "token_not_yet_valid",
    "wrong-aud": "token_claim_invalid",
    "wrong-iss": "token_claim_invalid",
    "alg-not-allowed": "token_algorithm_not_allowed",
    malformed: "token_malformed",
  };
  // Where another of our codes says the same.
  const ALSO = {
    // The header is damaged, so it is seen before the signature is.
    "bad-signature": ["token_signature_invalid", "token_malformed"],
    "invalid-claims": ["token_claim_invalid", "token_malformed"],
  };
  const POLICY = {
    "no-exp": "token_claim_invalid",
    "iat-future": "token_claim_invalid",
    "padded-signature": "token_malformed",
    "signature-noncanonical-last-char": "token_malformed",
    "newline-at-end": "token_malformed",
    "header-typ-at+jwt": undefined,
  };

  const ours = cases.filter(({ alg, name }) => alg.startsWith("HS") || name.startsWith("confusion-HS"));
  test("are there", () => assert.ok(ours.length > 70, `${ours.length}`));

  ours.forEach(({ alg, made_by, name, token, expect, payload }, index) => {
    test(`${index} ${alg} ${name} by ${made_by}: ${expect}`, () => {
      const jwk = keys[alg].jwk ?? keys[alg].publicJwk;
      const options = { audience: "example-api", issuer: "https://example.com", now: verify_at };
      if (!alg.startsWith("HS")) {
        // A public key is no HMAC secret, however it is given.
        assert.equal(refusal(() => verify(token, jwk, options))?.code, "key_invalid");
        return;
      }
      let claims;
      const error = refusal(() => ({ claims } = verify(token, jwk, options)));
      const code = error?.code;
      if (expect === "policy") {
        assert.ok(name in POLICY, `no policy for ${name}`);
        assert.equal(code, POLICY[name]);
      } else if (expect === "valid") {
        assert.equal(code, undefined, error?.message);
        if (payload) assert.deepEqual(claims, payload);
      } else if (expect in ALSO) assert.ok(ALSO[expect].includes(code), `${code}`);
      else assert.equal(code, CODES[expect]);
    });
  });
});
