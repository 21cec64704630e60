// The behaviors that both examples share: the same route gives the same response to the same token.
import assert from "node:assert/strict";
import { test } from "node:test";
import { generateKey, publicKey, sign } from "portcullis";

const ISSUER = "https://login.example";
const AUDIENCE = "https://api.example";
const CLAIMS = { sub: "1", username: "alice" };

const key = generateKey("EdDSA");
const options = { issuer: ISSUER, audience: AUDIENCE, type: "JWT", keyId: key.kid, expiresIn: 60 };

/** The settings of an example under test, by name. */
export const SETTINGS = {
  JWKS: JSON.stringify({ keys: [publicKey(key)] }),
  TOKEN_ISSUER: ISSUER,
  TOKEN_AUDIENCE: AUDIENCE,
};

const nowSeconds = () => Math.floor(Date.now() / 1000);
const token = (changes = {}, signingKey = key) => sign(CLAIMS, signingKey, { ...options, ...changes });
const expired = () => token({ now: nowSeconds() - 3600 });

/** A token of another issuer that names our key. */
const forged = () => token({}, { ...generateKey("EdDSA"), kid: key.kid });

/** A valid token whose claims were changed after signing. */
function changed() {
  const [header, , signature] = token().split(".");
  const claims = { ...CLAIMS, iss: ISSUER, aud: AUDIENCE, exp: nowSeconds() + 60, username: "root" };
  return [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
}

/** `get(headers)` requests /greeting of the example. */
export function testGreeting(name, get) {
  const bearer = (text) => get({ authorization: `Bearer ${text}` });

  async function refuses(response, code, challenge) {
    assert.equal(response.status, 401);
    assert.equal(response.headers.get("content-type"), "application/problem+json");
    assert.equal(response.headers.get("www-authenticate"), challenge);
    const { detail, ...problem } = await response.json();
    assert.deepEqual(problem, { type: "about:blank", title: "Unauthorized", status: 401, code });
    assert.ok(detail.length > 0);
  }
  const INVALID = 'Bearer error="invalid_token"';

  test(`${name} greets the user of a valid token`, async () => {
    const response = await bearer(token());
    assert.equal(response.status, 200);
    const { hello, token_expires_at: expiresAt, ...more } = await response.json();
    assert.deepEqual([hello, more], ["alice", {}]);
    assert.ok(Math.abs(expiresAt - nowSeconds() - 60) < 10);
  });

  test(`${name} reads the scheme Bearer in any case`, async () => {
    assert.equal((await get({ authorization: `bearer ${token()}` })).status, 200);
  });

  test(`${name} asks for a missing token without naming an error`, async () => {
    await refuses(await get({}), "token_missing", "Bearer");
    await refuses(await get({ authorization: `Basic ${token()}` }), "token_missing", "Bearer");
  });

  test(`${name} refuses an expired token`, async () => {
    await refuses(await bearer(expired()), "token_expired", INVALID);
  });

  test(`${name} refuses a token that another key signed`, async () => {
    await refuses(await bearer(forged()), "token_signature_invalid", INVALID);
  });

  test(`${name} refuses a token whose claims were changed`, async () => {
    await refuses(await bearer(changed()), "token_signature_invalid", INVALID);
  });

  test(`${name} refuses a token for another audience, of another issuer or of another type`, async () => {
    await refuses(await bearer(token({ audience: "https://other.example" })), "token_claim_invalid", INVALID);
    await refuses(await bearer(token({ issuer: "https://other.example" })), "token_claim_invalid", INVALID);
    await refuses(await bearer(token({ type: "operator+jwt" })), "token_claim_invalid", INVALID);
  });

  test(`${name} refuses a text that is not a token`, async () => {
    await refuses(await bearer("x"), "token_malformed", INVALID);
  });
}
