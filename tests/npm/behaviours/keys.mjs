// Keys, key sets, and values that are not keys.
import { base64url, encoder, NOW, SECRET, signed } from "./support.mjs";

export default ({
  verify,
  sign,
  secretKey,
  Verifier,
  Signer,
  ok,
  equal,
  deepEqual,
  key,
  token,
  refused,
  typeError,
  anError,
  works,
  check,
}) => ({
  "secretKey makes a JWK of a string's UTF-8 or of bytes": () => {
    const secret = "é".repeat(32);
    const expected = { kty: "oct", k: base64url(secret), alg: "HS512" };
    deepEqual({ ...secretKey(secret, "HS512") }, expected);
    deepEqual({ ...secretKey(encoder.encode(secret), "HS512") }, expected);
    const within = new Uint8Array([9, 9, ...encoder.encode(secret), 9]);
    deepEqual({ ...secretKey(within.subarray(2, 66), "HS512") }, expected);
    deepEqual(JSON.parse(JSON.stringify(expected)), expected);
  },

  "secretKey rejects a short secret: it needs 32, 48 or 64 bytes": () => {
    for (const [alg, least] of [
      ["HS256", 32],
      ["HS384", 48],
      ["HS512", 64],
    ]) {
      secretKey("x".repeat(least), alg);
      secretKey(new Uint8Array(least), alg);
      for (const short of ["", "x".repeat(least - 1), new Uint8Array(least - 1), "é".repeat(least / 2 - 1)]) {
        refused("key_invalid", () => secretKey(short, alg));
      }
    }
  },

  "secretKey rejects a value that is not a secret and an unknown algorithm": () => {
    for (const secret of [undefined, null, 1, {}, [], new ArrayBuffer(64), "\ud800".repeat(64), new Uint16Array(64)]) {
      typeError(() => secretKey(secret, "HS512"), String(secret));
    }
    for (const alg of [undefined, null, 1, {}]) typeError(() => secretKey(SECRET, alg), String(alg));
    for (const alg of ["", "none", "hs512", "HS1", "RS256", "__proto__"]) anError(() => secretKey(SECRET, alg), alg);
    works();
  },

  "secretKey accepts a long secret": () => {
    for (const secret of ["x".repeat(1000), new Uint8Array(40_000).fill(7)]) {
      const key = secretKey(secret, "HS256");
      verify(sign({}, key, { expiresIn: 1, now: NOW }), key, { now: NOW });
    }
    // A secret beyond the longest supported length is not a secret.
    refused("key_invalid", () => secretKey(new Uint8Array(100_000).fill(7), "HS256"));
  },

  "a value that is not a key is refused": () => {
    for (const wrong of [undefined, null, SECRET, 1, true, Symbol("key"), () => key]) {
      typeError(() => verify(token, wrong), String(wrong));
      typeError(() => sign({}, wrong), String(wrong));
      typeError(() => new Verifier(wrong), String(wrong));
      typeError(() => new Signer(wrong), String(wrong));
    }
    for (const wrong of [[], [key], {}, new Map(Object.entries(key)), encoder.encode(SECRET)]) {
      anError(() => verify(token, wrong), String(wrong));
      anError(() => sign({}, wrong), String(wrong));
    }
    works();
  },

  "an unusable key is key_invalid": () => {
    const { k } = key;
    const wrong = [
      { kty: "oct", k },
      { k, alg: "HS512" },
      { kty: "oct", alg: "HS512" },
      { kty: "RSA", k, alg: "HS512" },
      { kty: "OCT", k, alg: "HS512" },
      { kty: "oct", k, alg: "none" },
      { kty: "oct", k, alg: "hs512" },
      { kty: "oct", k: k.slice(0, 84), alg: "HS512" },
      { kty: "oct", k: `${k}==`, alg: "HS512" },
      { kty: "oct", k: `${k} `, alg: "HS512" },
      { kty: "oct", k: k.replace(/^./, "+"), alg: "HS512" },
      { kty: "oct", k: 12, alg: "HS512" },
      { kty: "oct", k, alg: 512 },
      { kty: "oct", k, alg: "HS512", kid: 1 },
      { kty: "oct", k, alg: "HS512", use: "enc" },
      { keys: [] },
      { keys: key },
      { keys: [key, "x"] },
      {
        keys: [
          { ...key, kid: "a" },
          { ...key, kid: "a" },
        ],
      },
    ];
    for (const jwk of wrong) {
      const error = refused("key_invalid", () => new Verifier(jwk), JSON.stringify(jwk));
      ok(!error.message.includes(k.slice(0, 12)));
      if (!("keys" in jwk)) refused("key_invalid", () => new Signer(jwk), JSON.stringify(jwk));
    }
    works();
  },

  "unknown members of a key are ignored": () => {
    const more = { ...key, kid: "a", use: "sig", key_ops: ["sign", "verify"], x: { y: 1 } };
    verify(sign({}, more, { expiresIn: 1, now: NOW }), more, { now: NOW });
  },

  "use and key_ops restrict a key": () => {
    refused("key_invalid", () => sign({}, { ...key, key_ops: ["verify"] }));
    refused("key_invalid", () => verify(token, { ...key, key_ops: ["sign"] }));
    verify(token, { ...key, key_ops: ["verify"] }, { now: NOW });
  },

  "the token's kid selects the key of a set, and no other key is tried": () => {
    const keys = ["new", "old"].map((kid) => ({ ...secretKey(SECRET + kid, "HS512"), kid }));
    const set = { keys };
    for (const key of keys) {
      const token = sign({}, key, { expiresIn: 1, now: NOW });
      equal(verify(token, set, { now: NOW }).header.kid, key.kid);
    }
    const by = (key, keyId) => sign({}, { ...key, kid: undefined }, { expiresIn: 1, now: NOW, keyId });
    refused("token_key_unknown", () => verify(by(keys[0], "newest"), set, { now: NOW }));
    refused("token_key_unknown", () => verify(by(keys[0], "NEW"), set, { now: NOW }));
    refused("token_key_unknown", () => verify(by(keys[0]), set, { now: NOW }));
    refused("token_signature_invalid", () => verify(by(keys[0], "old"), set, { now: NOW }));
  },

  "the algorithm comes from the key, never from the token": async () => {
    const same = { ...key, alg: "HS256" };
    refused("token_algorithm_not_allowed", () => verify(token, same, { now: NOW }));
    for (const alg of ["none", "None", "", "HS256", "hs512", "RS256", "HS512 ", "__proto__"]) {
      const forged = await signed({ exp: NOW + 1 }, { alg });
      refused("token_algorithm_not_allowed", () => check(forged), alg);
      refused("token_algorithm_not_allowed", () => check(`${forged.split(".", 2).join(".")}.`), alg);
    }
    for (const alg of [null, 1, ["HS512"], true, {}]) {
      const forged = await signed({ exp: NOW + 1 }, { alg });
      refused("token_malformed", () => check(forged), JSON.stringify(alg));
    }
    const bare = await signed({ exp: NOW + 1 }, { typ: "JWT" });
    refused("token_malformed", () => check(bare));
  },

  "a key in the token is ignored": async () => {
    const own = `${SECRET}!`;
    const forged = await signed(
      { exp: NOW + 1 },
      { alg: "HS512", jwk: secretKey(own, "HS512"), jku: "https://x.test", kid: "x" },
      own,
    );
    refused("token_signature_invalid", () => check(forged));
  },

  "a set with one key is still a set: a token with a kid needs a key with the same kid": () => {
    const by = (keyId) => sign({}, key, { expiresIn: 1, now: NOW, keyId });
    const unnamed = { keys: [key] };
    refused("token_key_unknown", () => verify(by("x"), unnamed, { now: NOW }));
    verify(by(undefined), unnamed, { now: NOW });
    refused("token_key_unknown", () => verify(by("x"), { keys: [{ ...key, kid: "a" }] }, { now: NOW }));
    // A single key without a name is used for any token.
    equal(verify(by("x"), key, { now: NOW }).header.kid, "x");
  },
});
