import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  SignJWT,
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  generateSecret,
  importJWK,
  jwtVerify,
} from "jose";
import { TokenError, decode, generateKey, publicKey, secretKey, sign, verify } from "portcullis";

const now = Math.floor(Date.now() / 1000);
const CLAIMS = { name: "Zoë 🦊", "ключ": ["a", { b: null }], n: 1.5, text: '\u2028 " \\ \0' };

for (const alg of ["HS256", "HS384", "HS512"]) {
  describe(`with ${alg}`, () => {
    const secret = "é".repeat(40);
    const bytes = Buffer.from(secret);
    const key = secretKey(secret, alg);
    const options = { issuer: "https://issuer.test", audience: "api", subject: "usr_1" };

    test("jose verifies tokens that we sign", async () => {
      const token = sign(CLAIMS, key, { ...options, expiresIn: 60, notBefore: 0, keyId: "k1", jwtId: true });
      const { payload, protectedHeader } = await jwtVerify(token, bytes, {
        algorithms: [alg],
        ...options,
        typ: "JWT",
        maxTokenAge: 60,
      });
      assert.deepEqual(protectedHeader, { alg, typ: "JWT", kid: "k1" });
      const { jti, iat, ...rest } = payload;
      assert.deepEqual(rest, { ...CLAIMS, iss: options.issuer, aud: "api", sub: "usr_1", nbf: iat, exp: iat + 60 });
      assert.ok(jti.length >= 22);
    });

    test("jose verifies our tokens with our key as a JWK and in a set", async () => {
      const token = sign(CLAIMS, key, { expiresIn: 60 });
      await jwtVerify(
        token,
        await crypto.subtle.importKey("jwk", key, { name: "HMAC", hash: `SHA-${alg.slice(2)}` }, false, ["verify"]),
      );
      const named = sign(CLAIMS, { ...key, kid: "k1" }, { expiresIn: 60 });
      // jose's createLocalJWKSet does not support HMAC keys, so this test selects the key by `kid`.
      const set = {
        keys: [
          { ...secretKey(`${secret}!`, alg), kid: "k2" },
          { ...key, kid: "k1" },
        ],
      };
      const ofSet = ({ kid }) => importJWK(set.keys.find((key) => key.kid === kid));
      const { payload, protectedHeader } = await jwtVerify(named, ofSet);
      assert.equal(protectedHeader.kid, "k1");
      assert.deepEqual(payload, decode(named).claims);
      assert.deepEqual(verify(named, set).claims, payload);
      const misnamed = sign(CLAIMS, { ...key, kid: "k2" }, { expiresIn: 60 });
      await assert.rejects(jwtVerify(misnamed, ofSet), { code: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
      assert.throws(() => verify(misnamed, set), { code: "token_signature_invalid" });
    });

    test("we verify tokens that jose signs", async () => {
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
      const { header, claims } = verify(token, key, {
        ...options,
        now,
        type: "JWT",
        maxAge: 60,
        requiredClaims: ["exp", "jti"],
      });
      assert.deepEqual(header, decodeProtectedHeader(token));
      assert.deepEqual(claims, decodeJwt(token));
      assert.deepEqual(decode(token), { header, claims });
    });

    test("we refuse the tokens that jose refuses", async () => {
      const make = (claims, secret = bytes) => new SignJWT(claims).setProtectedHeader({ alg }).sign(secret);
      const wrong = [
        await make({ exp: now - 1 }),
        await make({ exp: now + 60, nbf: now + 30 }),
        await make({ exp: now + 60, iss: "https://elsewhere.test" }),
        await make({ exp: now + 60 }, Buffer.from(`${secret}!`)),
      ];
      for (const token of wrong) {
        await assert.rejects(jwtVerify(token, bytes, wrong.indexOf(token) === 2 ? { issuer: options.issuer } : {}));
        assert.throws(
          () => verify(token, key, wrong.indexOf(token) === 2 ? { issuer: options.issuer } : {}),
          TokenError,
        );
      }
    });
  });
}

const OPTIONS = { issuer: "https://issuer.test", audience: "api", subject: "usr_1" };
const tampered = (token) => token.replace(/\.(.)(.*)\./, (_, first, rest) => `.${first === "e" ? "f" : "e"}${rest}.`);
const cut = (token) => `${token.slice(0, -4)}${token.endsWith("AAAA") ? "BBBB" : "AAAA"}`;

for (const alg of ["EdDSA", "ES256"]) {
  describe(`with ${alg}`, () => {
    test("jose verifies tokens that we sign with our key, and names the key as we do", async () => {
      for (let n = 0; n < 10; n++) {
        const key = generateKey(alg);
        const token = sign(CLAIMS, key, { ...OPTIONS, expiresIn: 60, notBefore: 0, jwtId: true });
        const open = publicKey(key);
        const { payload, protectedHeader } = await jwtVerify(token, await importJWK(open), {
          algorithms: [alg],
          ...OPTIONS,
          typ: "JWT",
        });
        assert.deepEqual(protectedHeader, { alg, typ: "JWT", kid: key.kid });
        assert.deepEqual(payload, verify(token, open, OPTIONS).claims);
        assert.equal(await calculateJwkThumbprint(open), key.kid);
        const set = createLocalJWKSet({ keys: [publicKey(generateKey(alg)), open] });
        await jwtVerify(token, set, { algorithms: [alg] });
        await assert.rejects(jwtVerify(cut(token), await importJWK(open)));
      }
    });

    test("we verify tokens that jose signs with its own key, private, public or in a set", async () => {
      for (let n = 0; n < 10; n++) {
        const pair = await generateKeyPair(alg, { extractable: true });
        const [secret, open] = [await exportJWK(pair.privateKey), await exportJWK(pair.publicKey)];
        const token = await new SignJWT(CLAIMS)
          .setProtectedHeader({ alg, typ: "JWT" })
          .setIssuer(OPTIONS.issuer)
          .setAudience(["web", "api"])
          .setSubject("usr_1")
          .setIssuedAt(now)
          .setExpirationTime(now + 60)
          .sign(pair.privateKey);
        for (const key of [open, secret, { ...open, alg }, { keys: [open] }]) {
          assert.deepEqual(verify(token, key, { ...OPTIONS, now }).claims, decodeJwt(token));
        }
        assert.throws(() => verify(token, publicKey(generateKey(alg)), { now }), { code: "token_signature_invalid" });
        assert.throws(() => verify(cut(token), open, { now }), { code: "token_signature_invalid" });
        assert.throws(() => verify(tampered(token), open, { now }), TokenError);
      }
    });

    test("jose signs with our key, and we sign with a key of jose", async () => {
      const ours = generateKey(alg);
      const theirs = await new SignJWT({})
        .setProtectedHeader({ alg })
        .setExpirationTime(now + 60)
        .sign(await importJWK(ours));
      verify(theirs, publicKey(ours), { now });
      const pair = await generateKeyPair(alg, { extractable: true });
      const token = sign({}, await exportJWK(pair.privateKey), { expiresIn: 60 });
      await jwtVerify(token, pair.publicKey, { algorithms: [alg] });
      assert.deepEqual(publicKey(await exportJWK(pair.privateKey)).x, (await exportJWK(pair.publicKey)).x);
    });
  });
}

test("jose accepts secrets that we generate, and we accept secrets that jose generates", async () => {
  for (const alg of ["HS256", "HS384", "HS512"]) {
    const key = generateKey(alg);
    await jwtVerify(sign({}, key, { expiresIn: 60 }), await importJWK(key), { algorithms: [alg] });
    assert.equal(await calculateJwkThumbprint(key), key.kid);
    const theirs = { ...(await exportJWK(await generateSecret(alg, { extractable: true }))), alg };
    const token = await new SignJWT({})
      .setProtectedHeader({ alg })
      .setExpirationTime(now + 60)
      .sign(await importJWK(theirs));
    verify(token, theirs, { now });
  }
});
