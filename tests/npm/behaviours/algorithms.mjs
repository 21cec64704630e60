// EdDSA and ES256, generated keys, and public parts.
import { base64url, NOW, signed } from "./support.mjs";

const LENGTHS = { HS256: 32, HS384: 48, HS512: 64, EdDSA: 32, Ed25519: 32, ES256: 32 };
const PAIRS = ["EdDSA", "Ed25519", "ES256"];

export default ({
  secretKey,
  verify,
  sign,
  generateKey,
  publicKey,
  decode,
  Verifier,
  Signer,
  ok,
  equal,
  notEqual,
  deepEqual,
  key,
  token,
  refused,
  typeError,
  anError,
  works,
}) => ({
  "a generated key signs and verifies its own tokens": () => {
    for (const [alg, length] of Object.entries(LENGTHS)) {
      const key = generateKey(alg);
      equal(key.alg, alg);
      equal(atob((key.k ?? key.d).replaceAll("-", "+").replaceAll("_", "/")).length, length);
      const token = sign({ a: 1 }, key, { expiresIn: 60, now: NOW });
      const { header, claims } = verify(token, key, { now: NOW });
      deepEqual(header, { alg, typ: "JWT", kid: key.kid });
      deepEqual(claims, { a: 1, iat: NOW, exp: NOW + 60 });
      refused("token_signature_invalid", () => verify(token, { ...generateKey(alg), kid: key.kid }, { now: NOW }));
      refused("token_signature_invalid", () => verify(`${token.slice(0, -8)}AAAAAAAA`, key, { now: NOW }));
    }
  },

  "generated keys differ": () => {
    for (const alg of Object.keys(LENGTHS)) {
      const keys = Array.from({ length: 20 }, () => generateKey(alg));
      equal(new Set(keys.map(({ k, d }) => k ?? d)).size, keys.length);
      equal(new Set(keys.map(({ kid }) => kid)).size, keys.length);
      ok(keys.every(({ kid }) => /^[\w-]{43}$/.test(kid)));
    }
  },

  "the public part of a key pair verifies and has no private member": () => {
    for (const alg of PAIRS) {
      const key = generateKey(alg);
      const open = publicKey(key);
      equal(JSON.stringify(open).includes(key.d), false);
      equal("d" in open, false);
      deepEqual(
        [open.kty, open.crv, open.x, open.y, open.kid, open.alg],
        [key.kty, key.crv, key.x, key.y, key.kid, key.alg],
      );
      const token = sign({}, key, { expiresIn: 60, now: NOW });
      equal(verify(token, open, { now: NOW }).header.kid, key.kid);
      equal(
        new Verifier({ keys: [publicKey(generateKey(alg)), open] }).verify(token, { now: NOW }).header.kid,
        key.kid,
      );
      deepEqual(publicKey(open), open);
      refused("key_invalid", () => sign({}, open));
      refused("key_invalid", () => new Signer(open));
    }
  },

  "a secret has no public part, and neither has a value that is not a key": () => {
    for (const alg of ["HS256", "HS384", "HS512"]) refused("key_invalid", () => publicKey(generateKey(alg)));
    for (const wrong of [undefined, null, "x", 1, () => ({})]) typeError(() => publicKey(wrong), String(wrong));
    for (const wrong of [{}, [], { kty: "EC" }, { keys: [] }]) refused("key_invalid", () => publicKey(wrong));
    for (const alg of [undefined, null, 1, {}]) typeError(() => generateKey(alg), String(alg));
    for (const alg of ["", "none", "RS256", "eddsa", "__proto__"]) anError(() => generateKey(alg), alg);
    works();
  },

  "a key pair whose halves belong to different keys is not a key": () => {
    for (const alg of PAIRS) {
      const [one, other] = [generateKey(alg), generateKey(alg)];
      refused("key_invalid", () => new Signer({ ...one, d: other.d }));
      refused("key_invalid", () => publicKey({ ...one, x: other.x }));
      refused("key_invalid", () => new Verifier({ ...publicKey(one), alg: alg === "ES256" ? "EdDSA" : "ES256" }));
    }
  },

  "a public key is not accepted as a secret, and no algorithm is accepted for another": async () => {
    for (const alg of PAIRS) {
      const open = publicKey(generateKey(alg));
      refused("token_algorithm_not_allowed", () => verify(token, { ...open, kid: undefined }, { now: NOW }));
      refused("key_invalid", () => verify(token, { ...open, alg: "HS256" }));
      const secret = JSON.stringify(open);
      for (const [as, hash] of [
        ["HS256", "SHA-256"],
        ["HS512", "SHA-512"],
      ]) {
        const forged = await signed({ exp: NOW + 1 }, { alg: as, kid: open.kid }, secret, hash);
        refused("token_algorithm_not_allowed", () => verify(forged, open, { now: NOW }));
        refused("key_invalid", () => secretKey(secret, as));
        refused("key_invalid", () => verify(forged, { kty: "oct", k: base64url(secret), alg: as }, { now: NOW }));
      }
    }
    const mixed = { keys: [generateKey("EdDSA"), generateKey("ES256"), key] };
    for (const key of mixed.keys)
      equal(verify(sign({}, key, { expiresIn: 1, now: NOW }), mixed, { now: NOW }).header.alg, key.alg);
    notEqual(decode(sign({}, mixed.keys[0])).header.kid, decode(sign({}, mixed.keys[1])).header.kid);
  },
});
