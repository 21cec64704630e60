// The README's tables for users of another library: each row, compared with that library.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import * as portcullis from "portcullis";
import { bundlersAndPeers, runtimesDir } from "../../scripts/lib/runtimes.mjs";
import { code, table } from "./readme.mjs";

const require = createRequire(join(runtimesDir, "package.json"));
const here = Boolean(bundlersAndPeers());
const skip = here ? false : "SKIPPED: jwt-decode, jsonwebtoken and jose not here";
const jwt = here && require("jsonwebtoken");
const jwtDecode = here && require("jwt-decode").jwtDecode;
const jose = here && (await import(pathToFileURL(require.resolve("jose"))));

const { decode, generateKey, publicKey, secretKey, sign, verify } = portcullis;
const AsyncFunction = (async () => {}).constructor;

const secret = "moving-only-0123456789abcdef-0123456789abcdef-0123456789abcdef01";
const bytes = new TextEncoder().encode(secret);
const key = secretKey(secret, "HS512");
const pair = generateKey("EdDSA");
const now = Math.floor(Date.now() / 1000);
const asked = { issuer: "https://issuer.test", audience: "api", subject: "usr_1" };
const token = sign({ role: "a" }, key, { ...asked, expiresIn: 600, keyId: "k1", now });
const open = sign({ role: "b" }, pair, { expiresIn: 600, now });
const scope = {
  ...{ jwt, jwtDecode, ...jose, ...portcullis, secret, bytes, key, pair, now, token, open, ...asked },
  ...{ jwk: publicKey(pair), set: { keys: [publicKey(generateKey("ES256")), publicKey(pair)] } },
};

const evaluate = (expression) =>
  new AsyncFunction(...Object.keys(scope), `return (${expression});`)(...Object.values(scope));

/** Describes a result, so that tokens made at about the same time are equal. */
function meaning(result) {
  if (typeof result !== "string" || !result.includes(".")) return result;
  const { header, claims } = decode(result);
  assert.ok(Math.abs(claims.iat - now) <= 60);
  return { header, claims: { ...claims, iat: 0, exp: claims.exp - claims.iat } };
}

for (const library of ["jwt-decode", "jsonwebtoken", "jose"]) {
  describe(`from ${library}`, { skip }, () => {
    for (const [theirs, ours] of table(library, "portcullis")) {
      test(`${theirs} is ${ours}`, async () => {
        const [their] = code(theirs);
        const [our] = code(ours);
        const result = await evaluate(their);
        assert.ok(result !== undefined && result !== null);
        // A header or claims may have a prototype or not.
        assert.deepEqual(structuredClone(meaning(await evaluate(our))), structuredClone(meaning(result)));
      });
    }
  });
}

/** A token made by hand, from JSON texts or values. */
function made(claims, header = { alg: "HS512" }, by = secret) {
  const part = (value) =>
    Buffer.from(Buffer.isBuffer(value) || typeof value === "string" ? value : JSON.stringify(value)).toString(
      "base64url",
    );
  const input = `${part(header)}.${part(claims)}`;
  return `${input}.${createHmac("sha512", by).update(input).digest("base64url")}`;
}
const exp = now + 600;
const good = made({ sub: "1", exp });

describe("a refusal", { skip }, () => {
  const REFUSED = {
    "the token has expired": [made({ exp: now - 60 })],
    "the token is not valid yet": [made({ exp, nbf: now + 300 })],
    "another issuer": [made({ exp, iss: "https://elsewhere.test" }), { issuer: asked.issuer }],
    "another key signed it": [made({ exp }, undefined, `${secret}!`)],
    "another algorithm": [sign({ exp }, secretKey(secret, "HS256"))],
    "the text is not a token": ["none.at"],
  };
  const rows = table("", "jsonwebtoken", "jose", "portcullis");

  test("has a row for each token, and a token for each row", () =>
    assert.deepEqual(
      rows.map(([what]) => what),
      Object.keys(REFUSED),
    ));

  for (const [what, ...names] of rows) {
    test(`because ${what}`, async () => {
      const [[jsonwebtoken], [ofJose], [own]] = names.map(code);
      const [token, options] = REFUSED[what];
      assert.throws(() => jwt.verify(token, secret, { algorithms: ["HS512"], ...options }), { name: jsonwebtoken });
      await assert.rejects(jose.jwtVerify(token, bytes, { algorithms: ["HS512"], ...options }), { code: ofJose });
      assert.throws(() => verify(token, key, options), { code: own });
    });
  }
});

describe("tokens that they accept and we refuse", { skip }, () => {
  const short = "a short secret";
  const text = (value) => Buffer.concat([Buffer.from(`{"exp":${exp},"sub":"`), value, Buffer.from('"}')]);
  // The token, its secret, and the options with which we accept the token.
  const STRICT = {
    "no `exp`; `requiredClaims: []` allows it": [made({ sub: "1" }), { options: { requiredClaims: [] } }],
    "`exp` in the header, as itsdangerous has it": [made({ sub: "1", exp }, { alg: "HS512", iat: now, exp })],
    "a claim twice": [made(`{"sub":"1","sub":"2","exp":${exp}}`)],
    "`b64: false` without `crit`": [made({ exp }, { alg: "HS512", b64: false })],
    "`crit` with something unknown": [made({ exp }, { alg: "HS512", crit: ["x"], x: 1 })],
    "over 8192 bytes; `maxTokenLength` allows it": [
      made({ exp, sub: "x".repeat(9000) }),
      { options: { maxTokenLength: 16_384 } },
    ],
    "claims that are a JSON string": [made('"text"')],
    "bytes that are not UTF-8": [made(text(Buffer.from([0xff])))],
    "only two parts": [good.slice(0, good.lastIndexOf("."))],
    "a secret shorter than the hash": [made({ exp }, undefined, short), { secret: short }],
  };
  const rows = table("", "jwt-decode", "jsonwebtoken", "jose", "portcullis");
  const accepts = (call) =>
    call().then(
      () => "yes",
      () => "no",
    );

  test("have a row each, and each row has a token", () =>
    assert.deepEqual(
      rows.map(([what]) => what),
      Object.keys(STRICT),
    ));

  for (const [what, ofJwtDecode, ofJsonwebtoken, ofJose, ours] of rows) {
    test(what, async () => {
      const [token, { secret: own = secret, options } = {}] = STRICT[what];
      if (ofJwtDecode !== "") assert.equal(await accepts(async () => jwtDecode(token)), ofJwtDecode);
      assert.equal(await accepts(async () => jwt.verify(token, own, { algorithms: ["HS512"] })), ofJsonwebtoken);
      assert.equal(await accepts(() => jose.jwtVerify(token, new TextEncoder().encode(own))), ofJose);
      const [expected] = code(ours);
      assert.throws(() => verify(token, secretKey(own, "HS512")), { code: expected });
      if (expected === "token_malformed" && !options) assert.throws(() => decode(token), { code: expected });
      if (options) verify(token, key, options);
    });
  }

  test("jsonwebtoken's decode returns null where ours throws", () => {
    assert.equal(jwt.decode("none"), null);
    assert.throws(() => decode("none"), { code: "token_malformed" });
  });
});
