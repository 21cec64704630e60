// RSA keys, which only verify, and Ed25519's second name. The runtime's WebCrypto signs.
import { base64url, encoder, json, NOW } from "./support.mjs";

const SCHEMES = { RS: "RSASSA-PKCS1-v1_5", PS: "RSA-PSS" };
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

/** The parameters that WebCrypto has for a JWA algorithm: those for importing a key, and those for signing. */
const parameters = (alg) => {
  const bits = Number(alg.slice(2));
  const name = SCHEMES[alg.slice(0, 2)];
  return [
    { name, hash: `SHA-${bits}` },
    { name, saltLength: bits / 8 },
  ];
};

async function pair() {
  const [algorithm] = parameters("RS256");
  const kind = { ...algorithm, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  const { privateKey } = await crypto.subtle.generateKey(kind, true, ["sign", "verify"]);
  const { alg, ext, key_ops, ...secret } = await crypto.subtle.exportKey("jwk", privateKey);
  const { kty, n, e } = secret;
  return { secret, open: { kty, n, e } };
}

/** The runtime's own signature over the claims. */
async function signed(secret, alg, claims = { sub: "1", exp: NOW + 60 }, header = { alg }) {
  const [importing, signing] = parameters(alg);
  const key = await crypto.subtle.importKey("jwk", secret, importing, false, ["sign"]);
  const input = `${base64url(json(header))}.${base64url(json(claims))}`;
  return `${input}.${base64url(await crypto.subtle.sign(signing, key, encoder.encode(input)))}`;
}

export default ({ verify, Verifier, generateKey, publicKey, sign, equal, deepEqual, ok, refused, typeError }) => ({
  "RSA keys verify what WebCrypto signs, each with its own algorithm": async () => {
    const { secret, open } = await pair();
    for (const alg of ALGORITHMS) {
      const token = await signed(secret, alg);
      const key = { ...open, alg };
      deepEqual(verify(token, key, { now: NOW }).claims, { sub: "1", exp: NOW + 60 });
      deepEqual(new Verifier({ keys: [key] }).verify(token, { now: NOW }).header, { alg });
      const [header, claims, signature] = token.split(".");
      const changed = (signature.startsWith("A") ? "B" : "A") + signature.slice(1);
      refused("token_signature_invalid", () => verify(`${header}.${claims}.${changed}`, key, { now: NOW }));
      refused("token_signature_invalid", () => verify(`${header}.${claims}.AAAA`, key, { now: NOW }));
      refused("token_signature_invalid", () => verify(`${header}.${claims}.${"A".repeat(342)}`, key, { now: NOW }));
      for (const other of ALGORITHMS.filter((other) => other !== alg)) {
        refused("token_algorithm_not_allowed", () => verify(token, { ...open, alg: other }, { now: NOW }));
        const forged = `${base64url(json({ alg: other }))}.${claims}.${signature}`;
        refused("token_signature_invalid", () => verify(forged, { ...open, alg: other }, { now: NOW }));
      }
    }
  },

  "an RSA key without alg takes the caller's RSA algorithms": async () => {
    const { secret, open } = await pair();
    const [rs256, ps384] = [await signed(secret, "RS256"), await signed(secret, "PS384")];
    for (const key of [open, { keys: [open] }]) {
      for (const token of [rs256, ps384]) verify(token, key, { algorithms: ["PS384", "RS256"], now: NOW });
      verify(rs256, key, { algorithms: ["ES256", "RS256"], now: NOW });
      refused("token_algorithm_not_allowed", () => verify(ps384, key, { algorithms: ["RS256"], now: NOW }));
      for (const options of [{}, { algorithms: ["ES256", "HS256"] }]) {
        const error = refused("key_invalid", () => verify(rs256, key, { ...options, now: NOW }));
        if (error) ok(/"alg"/.test(error.message) && /RS256/.test(error.message));
      }
    }
  },

  "a private RSA key, a short one and a malformed one are refused": async () => {
    const { secret, open } = await pair();
    const token = await signed(secret, "RS256");
    const key = { ...open, alg: "RS256" };
    const { n } = open;
    for (const wrong of [
      { ...secret, alg: "RS256" },
      { ...key, d: secret.d },
      { ...key, alg: "HS256" },
      { ...key, alg: "RSA-OAEP" },
      { ...key, n: n.slice(0, 340) },
      { ...key, n: `AA${n}` },
      { ...key, n: n.repeat(5) },
      { ...key, n: undefined },
      { ...key, n: 1 },
      { ...key, e: undefined },
      ...["", "AA", "AQ", "Ag", "AQAA", "AQAAAAE"].map((e) => ({ ...key, e })),
    ]) {
      refused("key_invalid", () => verify(token, wrong, { now: NOW }));
    }
    refused("key_invalid", () => sign({}, key));
    typeError(() => verify(token, key, { algorithms: "RS256", now: NOW }));
    deepEqual({ ...publicKey(key) }, { ...key });
  },

  "Ed25519 is another name of EdDSA": () => {
    const key = generateKey("Ed25519");
    equal(key.alg, "Ed25519");
    const token = sign({}, key, { expiresIn: 60, now: NOW });
    const { header } = verify(token, publicKey(key), { now: NOW, algorithms: ["Ed25519"] });
    deepEqual(header, { alg: "Ed25519", typ: "JWT", kid: key.kid });
    const older = { ...key, alg: "EdDSA" };
    equal(verify(token, older, { now: NOW, algorithms: ["EdDSA"] }).header.alg, "Ed25519");
    equal(verify(sign({}, older, { expiresIn: 60, now: NOW }), key, { now: NOW }).header.alg, "EdDSA");
    equal(generateKey("EdDSA").alg, "EdDSA");
  },
});
