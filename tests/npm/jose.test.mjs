import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SignJWT, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { TokenError, decode, secretKey, sign, verify } from "portcullis";

const now = Math.floor(Date.now() / 1000);
const CLAIMS = { name: "Zoë 🦊", "ключ": ["a", { b: null }], n: 1.5, text: "\u2028 \" \\ \0" };

for (const alg of ["HS256", "HS384", "HS512"]) {
  describe(`with ${alg}`, () => {
    const secret = "é".repeat(40);
    const bytes = Buffer.from(secret);
    const key = secretKey(secret, alg);
    const options = { issuer: "https://issuer.test", audience: "api", subject: "usr_1" };

    test("jose verifies what we sign", async () => {
      const token = sign(CLAIMS, key, { ...options, expiresIn: 60, notBefore: 0, keyId: "k1", jwtId: true });
      const { payload, protectedHeader } = await jwtVerify(token, bytes, { algorithms: [alg], ...options, typ: "JWT", maxTokenAge: 60 });
      assert.deepEqual(protectedHeader, { alg, typ: "JWT", kid: "k1" });
      const { jti, iat, ...rest } = payload;
      assert.deepEqual(rest, { ...CLAIMS, iss: options.issuer, aud: "api", sub: "usr_1", nbf: iat, exp: iat + 60 });
      assert.ok(jti.length >= 22);
    });

    test("jose verifies it with our key as a JWK, and in a set", async () => {
      const token = sign(CLAIMS, key, { expiresIn: 60 });
      await jwtVerify(token, await crypto.subtle.importKey("jwk", key, { name: "HMAC", hash: `SHA-${alg.slice(2)}` }, false, ["verify"]));
      const named = sign(CLAIMS, { ...key, kid: "k1" }, { expiresIn: 60 });
      // jose's own createLocalJWKSet knows no HMAC keys, so its key is chosen by `kid` here.
      const set = { keys: [{ ...secretKey(`${secret}!`, alg), kid: "k2" }, { ...key, kid: "k1" }] };
      const ofSet = ({ kid }) => importJWK(set.keys.find((key) => key.kid === kid));
      const { payload, protectedHeader } = await jwtVerify(named, ofSet);
      assert.equal(protectedHeader.kid, "k1");
      assert.deepEqual(payload, decode(named).claims);
      assert.deepEqual(verify(named, set).claims, payload);
      const misnamed = sign(CLAIMS, { ...key, kid: "k2" }, { expiresIn: 60 });
      await assert.rejects(jwtVerify(misnamed, ofSet), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
      assert.throws(() => verify(misnamed, set), { code: "token_signature_invalid" });
    });

    test("we verify what jose signs", async () => {
      const token = await new SignJWT(CLAIMS)
        .setProtectedHeader({ alg, typ: "JWT", kid: "k1" })
        .setIssuer(options.issuer)
        .setAudience(["web", "api"])
        .setSubject("usr_1")
        .setIssuedAt(now)
        .setNotBefore(now)
        .setExpirationTime(now + 60)
        .setJti("j1")
        .sign(bytes);
      const { header, claims } = verify(token, key, { ...options, now, type: "JWT", maxAge: 60, requiredClaims: ["exp", "jti"] });
      assert.deepEqual(header, decodeProtectedHeader(token));
      assert.deepEqual(claims, decodeJwt(token));
      assert.deepEqual(decode(token), { header, claims });
    });

    test("we refuse what jose refuses", async () => {
      const make = (claims, secret = bytes) => new SignJWT(claims).setProtectedHeader({ alg }).sign(secret);
      const wrong = [
        await make({ exp: now - 1 }),
        await make({ exp: now + 60, nbf: now + 30 }),
        await make({ exp: now + 60, iss: "https://elsewhere.test" }),
        await make({ exp: now + 60 }, Buffer.from(`${secret}!`)),
      ];
      for (const token of wrong) {
        await assert.rejects(jwtVerify(token, bytes, wrong.indexOf(token) === 2 ? { issuer: options.issuer } : {}));
        assert.throws(() => verify(token, key, wrong.indexOf(token) === 2 ? { issuer: options.issuer } : {}), TokenError);
      }
    });
  });
}
