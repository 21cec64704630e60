// What the package does, the same in every runtime: Node, browsers, bundles and workerd.

const NAMES = [
  ...["decode", "inspect", "expiresAt", "secondsLeft", "isExpired"],
  ...["verify", "sign", "secretKey", "Verifier", "Signer", "TokenError"],
];
// What the contract has beyond that, which may be there.
const LATER = ["generateKey", "publicKey"];

const NOW = 1_700_000_000;
const SECRET = "behaviours-only-0123456789abcdef-0123456789abcdef-0123456789abcd";
const at = (seconds) => new Date(seconds * 1000);
const encoder = new TextEncoder();

const base64url = (data) => {
  const bytes = typeof data === "string" ? encoder.encode(data) : new Uint8Array(data);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};
const json = (value) => (typeof value === "string" ? value : JSON.stringify(value));

/** A token that nobody signed, from JSON texts or values. */
const unsigned = (claims, header = { alg: "HS512" }) => `${base64url(json(header))}.${base64url(json(claims))}.c2ln`;

/** A token that the runtime itself signed, from JSON texts or values. */
async function signed(claims, header = { alg: "HS512", typ: "JWT" }, secret = SECRET, hash = "SHA-512") {
  const input = `${base64url(json(header))}.${base64url(json(claims))}`;
  const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash }, false, ["sign"]);
  return `${input}.${base64url(await crypto.subtle.sign("HMAC", key, encoder.encode(input)))}`;
}

// itsdangerous's own, of the secret `secret-key`: from 1600000000 to 1600000600.
const LEGACY = [
  "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg",
  "eyJhbGciOiJIUzM4NCIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.TKRxrDZghx0v9TXdc5Q3qB1X3ZQddUw4QUGQr07FdpjLm2FCrUCIO9KztqjiJV64",
  "eyJhbGciOiJIUzI1NiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.R5cUM-8JsQL5USi3Nfhm0_k2sC0SxOIfVpcc5adK5m0",
];

const NOT_STRINGS = [undefined, null, 0, 1.5, NaN, true, {}, [], () => "a.b.c", Symbol("a"), 10n, new String("a.b.c")];
const ODD_STRINGS = [
  ...["", " ", "a", ".", "..", "...", "a.b.c", "\0", "\ud800", "a.b.\udc00", "é.ö.ü", "\ufeffa.b.c"],
  ...["A".repeat(1 << 20), ".".repeat(1 << 20), "é".repeat(1 << 20), `${"A".repeat(5000)}.${"A".repeat(5000)}.A`],
];

/**
 * Runs every behaviour on `portcullis`, the package, with `assert`, which is like node:assert.
 * Returns `{ name, error? }` for each.
 */
export async function run(portcullis, assert) {
  const results = [];
  for (const [name, behaviour] of Object.entries(behaviours(portcullis, assert))) {
    try {
      await behaviour();
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}

function behaviours(portcullis, assert) {
  const { decode, inspect, expiresAt, secondsLeft, isExpired } = portcullis;
  const { verify, sign, secretKey, Verifier, Signer, TokenError } = portcullis;
  const { ok, equal, notEqual, deepEqual, match, throws } = assert;

  const key = secretKey(SECRET, "HS512");
  const claims = { sub: "usr_1", exp: NOW + 600, iat: NOW - 60 };
  const token = sign(claims, key);

  /** Asserts a TokenError with this code, and returns it. */
  const refused = (code, call, message) => {
    let caught;
    throws(call, (error) => {
      ok(error instanceof TokenError, `${message ?? ""} not a TokenError but ${error}`);
      equal(error.code, code, `${message ?? ""} ${error.code} is not ${code}`);
      caught = error;
      return true;
    }, message);
    return caught;
  };
  const claimRefused = (claim, call) => equal(refused("token_claim_invalid", call, claim).claim, claim);
  const isTypeError = (error) => error instanceof TypeError && !(error instanceof TokenError);
  const typeError = (call, message) => throws(call, isTypeError, message);
  /** Whether `call` does anything but throw a TypeError. */
  const passes = (call) => {
    try {
      call();
      return true;
    } catch (error) {
      return !isTypeError(error);
    }
  };
  const anError = (call, message) =>
    throws(call, (error) => isTypeError(error) || error instanceof TokenError, message);
  const works = () => deepEqual(verify(token, key, { now: NOW }).claims, claims);
  /** Verifies what the runtime signed. */
  const check = (token, options) => verify(token, key, { now: NOW, ...options });

  return {
    "it exports what the contract has, and nothing else": () => {
      const has = Object.keys(portcullis).filter((name) => name !== "default");
      deepEqual(NAMES.filter((name) => !has.includes(name)), []);
      deepEqual(has.filter((name) => ![...NAMES, ...LATER].includes(name)), []);
    },

    // Signing and verifying

    "what it signs it verifies, with each algorithm": () => {
      for (const alg of ["HS256", "HS384", "HS512"]) {
        const key = secretKey(SECRET, alg);
        const token = sign({ sub: "usr_1", role: ["a", "b"], n: { deep: [1, null] } }, key, { expiresIn: 60, now: NOW });
        const { header, claims } = verify(token, key, { now: NOW });
        deepEqual(header, { alg, typ: "JWT" });
        deepEqual(claims, { sub: "usr_1", role: ["a", "b"], n: { deep: [1, null] }, iat: NOW, exp: NOW + 60 });
      }
    },

    "it verifies what the runtime's own crypto signed": async () => {
      for (const [alg, hash] of [["HS256", "SHA-256"], ["HS384", "SHA-384"], ["HS512", "SHA-512"]]) {
        const token = await signed({ a: 1, exp: NOW + 1 }, { alg }, SECRET, hash);
        deepEqual(verify(token, secretKey(SECRET, alg), { now: NOW }), { header: { alg }, claims: { a: 1, exp: NOW + 1 } });
      }
    },

    "it signs what the runtime's own crypto signs": async () => {
      const own = sign({ exp: NOW + 60, iat: NOW }, key);
      equal(own, await signed(...own.split(".", 2).reverse().map((part) => atob(part))));
    },

    "a Verifier and a Signer do the same, many times and side by side": () => {
      const other = secretKey(`${SECRET}!`, "HS512");
      const [signer, otherSigner] = [key, other].map((key) => new Signer(key, { expiresIn: 60, issuer: "me" }));
      const [verifier, otherVerifier] = [key, other].map((key) => new Verifier(key, { issuer: "me" }));
      for (let n = 0; n < 20; n++) {
        const now = NOW + n;
        const [token, otherToken] = [signer, otherSigner].map((signer) => signer.sign({ n }, { now }));
        deepEqual(verifier.verify(token, { now }).claims, { n, iss: "me", iat: now, exp: now + 60 });
        equal(otherVerifier.verify(otherToken, { now }).claims.n, n);
        refused("token_signature_invalid", () => verifier.verify(otherToken, { now }));
        refused("token_expired", () => verifier.verify(token, { now: now + 60 }));
      }
    },

    "a Verifier and a Signer take the time of the call, else of their options, else the clock's": () => {
      const signer = new Signer(key, { expiresIn: 10, now: NOW });
      equal(decode(signer.sign({})).claims.iat, NOW);
      equal(decode(signer.sign({}, { now: NOW + 5 })).claims.iat, NOW + 5);
      const verifier = new Verifier(key, { now: NOW });
      verifier.verify(signer.sign({}));
      refused("token_expired", () => verifier.verify(signer.sign({}), { now: NOW + 10 }));
      const clock = Math.floor(Date.now() / 1000);
      const fresh = new Signer(key, { expiresIn: 60 }).sign({});
      const { iat } = new Verifier(key).verify(fresh).claims;
      ok(iat >= clock - 1 && iat <= clock + 60, `${iat}`);
      refused("token_expired", () => new Verifier(key).verify(signer.sign({})));
    },

    "a key and options are read once": () => {
      const [own, options] = [{ ...key }, { issuer: "me", now: NOW }];
      const verifier = new Verifier(own, options);
      Object.assign(own, secretKey(`${SECRET}!`, "HS512"));
      options.issuer = "you";
      verifier.verify(sign({ iss: "me", exp: NOW + 1, iat: NOW }, key));
    },

    "keys and options may be frozen or without a prototype": () => {
      const bare = (value) => Object.freeze(Object.assign(Object.create(null), value));
      const token = sign(bare({ a: 1 }), bare(key), bare({ expiresIn: 60, now: NOW }));
      equal(verify(token, bare(key), bare({ now: NOW })).claims.a, 1);
    },

    "each outcome is an object of its own": () => {
      const first = verify(token, key, { now: NOW });
      first.claims.sub = "changed";
      first.header.alg = "none";
      works();
    },

    "a call from within a call works": () => {
      const within = { toJSON: () => (works(), { a: 1, exp: NOW + 1, iat: NOW }) };
      equal(check(sign(within, key)).claims.a, 1);
      const options = { get expiresIn() { works(); return 60; }, get now() { sign({}, key); return NOW; } };
      equal(decode(sign({}, key, options)).claims.exp, NOW + 60);
    },

    // secretKey

    "secretKey makes a JWK of a string's UTF-8 or of bytes": () => {
      const secret = "é".repeat(32);
      const expected = { kty: "oct", k: base64url(secret), alg: "HS512" };
      deepEqual({ ...secretKey(secret, "HS512") }, expected);
      deepEqual({ ...secretKey(encoder.encode(secret), "HS512") }, expected);
      const within = new Uint8Array([9, 9, ...encoder.encode(secret), 9]);
      deepEqual({ ...secretKey(within.subarray(2, 66), "HS512") }, expected);
      deepEqual(JSON.parse(JSON.stringify(expected)), expected);
    },

    "secretKey does not take what is too short: 32, 48, 64 bytes at least": () => {
      for (const [alg, least] of [["HS256", 32], ["HS384", 48], ["HS512", 64]]) {
        secretKey("x".repeat(least), alg);
        secretKey(new Uint8Array(least), alg);
        for (const short of ["", "x".repeat(least - 1), new Uint8Array(least - 1), "é".repeat(least / 2 - 1)]) {
          refused("key_invalid", () => secretKey(short, alg));
        }
      }
    },

    "secretKey does not take what is no secret or no algorithm": () => {
      for (const secret of [undefined, null, 1, {}, [], new ArrayBuffer(64), "\ud800".repeat(64), new Uint16Array(64)]) {
        typeError(() => secretKey(secret, "HS512"), String(secret));
      }
      for (const alg of [undefined, null, 1, {}]) typeError(() => secretKey(SECRET, alg), String(alg));
      for (const alg of ["", "none", "hs512", "HS1", "RS256", "__proto__"]) anError(() => secretKey(SECRET, alg), alg);
      works();
    },

    "a long secret, and one of many bytes, are fine": () => {
      for (const secret of ["x".repeat(1000), new Uint8Array(100_000).fill(7)]) {
        const key = secretKey(secret, "HS256");
        verify(sign({}, key, { expiresIn: 1, now: NOW }), key, { now: NOW });
      }
    },

    // Keys

    "what is no key is refused": () => {
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

    "a key that cannot be used is key_invalid": () => {
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
        { keys: [{ ...key, kid: "a" }, { ...key, kid: "a" }] },
      ];
      for (const jwk of wrong) {
        const error = refused("key_invalid", () => new Verifier(jwk), JSON.stringify(jwk));
        ok(!error.message.includes(k.slice(0, 12)));
        if (!("keys" in jwk)) refused("key_invalid", () => new Signer(jwk), JSON.stringify(jwk));
      }
      works();
    },

    "members of a key that nobody knows are disregarded": () => {
      const more = { ...key, kid: "a", use: "sig", key_ops: ["sign", "verify"], x: { y: 1 } };
      verify(sign({}, more, { expiresIn: 1, now: NOW }), more, { now: NOW });
    },

    "use and key_ops are heeded": () => {
      refused("key_invalid", () => sign({}, { ...key, key_ops: ["verify"] }));
      refused("key_invalid", () => verify(token, { ...key, key_ops: ["sign"] }));
      verify(token, { ...key, key_ops: ["verify"] }, { now: NOW });
    },

    "of a set, the token's kid chooses the key, and no other is tried": () => {
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

    "the algorithm is the key's, never the token's": async () => {
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

    "a key that the token brings is not looked at": async () => {
      const own = `${SECRET}!`;
      const forged = await signed({ exp: NOW + 1 }, { alg: "HS512", jwk: secretKey(own, "HS512"), jku: "https://x.test", kid: "x" }, own);
      refused("token_signature_invalid", () => check(forged));
    },

    // VerifyOptions

    "algorithms narrows what the key allows": () => {
      check(token, { algorithms: ["HS256", "HS512"] });
      refused("token_algorithm_not_allowed", () => check(token, { algorithms: ["HS256"] }));
      anError(() => check(token, { algorithms: [] }));
      for (const wrong of [["none"], ["hs512"], ["HS512", "RS1"]]) anError(() => check(token, { algorithms: wrong }), String(wrong));
    },

    "issuer is an exact string or one of several": () => {
      const token = sign({ ...claims, iss: "https://a.test" }, key);
      for (const issuer of ["https://a.test", ["https://b.test", "https://a.test"]]) check(token, { issuer });
      for (const issuer of ["https://a.test/", "HTTPS://A.TEST", "", ["https://b.test"]]) {
        claimRefused("iss", () => check(token, { issuer }));
      }
      claimRefused("iss", () => check(sign(claims, key), { issuer: "https://a.test" }));
    },

    "audience must be named by the token, alone or among others": () => {
      const to = (aud) => sign({ ...claims, aud }, key);
      for (const aud of ["api", ["web", "api"], ["api"]]) {
        check(to(aud), { audience: "api" });
        check(to(aud), { audience: ["x", "api"] });
        check(to(aud));
      }
      for (const aud of ["API", "api ", ["web"], undefined]) claimRefused("aud", () => check(to(aud), { audience: "api" }));
    },

    "subject is an exact string": () => {
      check(token, { subject: "usr_1" });
      claimRefused("sub", () => check(token, { subject: "usr_2" }));
      claimRefused("sub", () => check(sign({ exp: NOW + 1 }, key), { subject: "usr_1" }));
    },

    "type is the header's typ": () => {
      const typed = (type) => sign(claims, key, { type });
      check(typed("at+jwt"), { type: "at+jwt" });
      claimRefused("typ", () => check(typed("at+jwt"), { type: "JWT" }));
      claimRefused("typ", () => check(token, { type: "at+jwt" }));
      check(typed("at+jwt"));
    },

    "leeway is for both ends, and a token is over at its end": async () => {
      const over = await signed({ exp: NOW - 5 });
      refused("token_expired", () => check(over));
      refused("token_expired", () => check(over, { leeway: 5 }));
      check(over, { leeway: 5.5 });
      check(over, { leeway: 6 });
      const early = await signed({ nbf: NOW + 5, iat: NOW + 5, exp: NOW + 9 });
      refused("token_not_yet_valid", () => check(early, { leeway: 4 }));
      check(early, { leeway: 5 });
      refused("token_expired", () => verify(token, key, { now: NOW + 600 }));
      verify(token, key, { now: NOW + 599.9 });
    },

    "maxAge counts from iat, which it then asks for": async () => {
      check(token, { maxAge: 61 });
      const error = refused("token_expired", () => check(token, { maxAge: 60 }));
      deepEqual(error.expiredAt, at(NOW));
      check(token, { maxAge: 60, leeway: 1 });
      const without = await signed({ exp: NOW + 1 });
      claimRefused("iat", () => check(without, { maxAge: 1e9 }));
    },

    "exp is required unless requiredClaims is empty": async () => {
      const without = await signed({ sub: "usr_1" });
      claimRefused("exp", () => check(without));
      claimRefused("exp", () => check(without, { requiredClaims: ["sub"] }));
      claimRefused("exp", () => check(without, { requiredClaims: undefined }));
      deepEqual(check(without, { requiredClaims: [] }).claims, { sub: "usr_1" });
    },

    "requiredClaims must be there, whatever their value": async () => {
      check(token, { requiredClaims: ["exp", "sub"] });
      claimRefused("jti", () => check(token, { requiredClaims: ["exp", "jti"] }));
      claimRefused("toString", () => check(token, { requiredClaims: ["exp", "toString"] }));
      const odd = await signed({ exp: NOW + 1, role: null, é: 0 });
      check(odd, { requiredClaims: ["exp", "role", "é"] });
      const over = await signed({ exp: NOW - 1 });
      refused("token_expired", () => check(over, { requiredClaims: [] }));
    },

    "maxTokenLength is in bytes, 8192 unless it says otherwise": async () => {
      const long = (length) => signed({ exp: NOW + 1, x: "x".repeat(length) });
      const [fits, exceeds] = [await long(6000), await long(6200)];
      ok(fits.length <= 8192 && exceeds.length > 8192);
      check(fits);
      refused("token_malformed", () => check(exceeds));
      check(exceeds, { maxTokenLength: exceeds.length });
      refused("token_malformed", () => check(exceeds, { maxTokenLength: exceeds.length - 1 }));
      refused("token_malformed", () => check(token, { maxTokenLength: token.length - 1 }));
      check(token, { maxTokenLength: token.length });
    },

    "an option of verify that does not exist, or has a wrong type, is a TypeError": () => {
      const wrong = [
        { audiences: "api" }, { iss: "x" }, { Issuer: "x" }, { ignoreExpiration: true }, { clockTolerance: 5 }, { alg: "HS512" }, { undefined: 1 },
        { algorithms: "HS512" }, { algorithms: [1] }, { algorithms: {} },
        { issuer: 1 }, { issuer: [] }, { issuer: [1] }, { issuer: {} }, { issuer: true },
        { audience: 1 }, { audience: [] }, { audience: ["a", 1] },
        { subject: 1 }, { subject: ["a"] },
        { type: 1 }, { type: {} },
        { leeway: "1" }, { leeway: -1 }, { leeway: NaN }, { leeway: Infinity },
        { maxAge: "1" }, { maxAge: -1 }, { maxAge: NaN }, { maxAge: "1h" },
        { requiredClaims: "exp" }, { requiredClaims: [1] }, { requiredClaims: {} },
        { maxTokenLength: -1 }, { maxTokenLength: 1.5 }, { maxTokenLength: "9" }, { maxTokenLength: NaN },
        { now: "1" }, { now: NaN }, { now: Infinity }, { now: new Date() },
      ];
      const bad = wrong.filter((options) => {
        // A time of the call's own would stand in for a wrong one.
        const inVerifier = () => new Verifier(key, options).verify(token, "now" in options ? {} : { now: NOW });
        return passes(() => verify(token, key, { now: NOW, ...options })) || passes(inVerifier);
      });
      for (const options of [1, "leeway", true, Symbol("x")]) typeError(() => verify(token, key, options), String(options));
      deepEqual(bad.map((options) => JSON.stringify(options)), []);
      works();
    },

    "an option that is null is a TypeError: a check that is meant must not be left out": () => {
      const names = ["algorithms", "issuer", "audience", "subject", "type", "leeway", "maxAge", "requiredClaims", "maxTokenLength"];
      deepEqual(names.filter((name) => passes(() => check(token, { [name]: null }))), []);
      const forSign = ["expiresIn", "notBefore", "issuer", "audience", "subject", "type", "keyId", "jwtId", "now"];
      deepEqual(forSign.filter((name) => passes(() => sign({}, key, { [name]: null }))), []);
    },

    "an option that is undefined is one that is not there": () => {
      const none = { algorithms: undefined, issuer: undefined, audience: undefined, subject: undefined, type: undefined };
      check(token, { ...none, leeway: undefined, maxAge: undefined, requiredClaims: undefined, maxTokenLength: undefined });
      verify(sign({}, key, { expiresIn: 60 }), key, undefined);
      sign({}, key, { expiresIn: undefined, issuer: undefined, audience: undefined, keyId: undefined, jwtId: undefined, now: undefined });
    },

    // SignOptions

    "sign adds what its options say": () => {
      const token = sign({ role: "x" }, key, {
        ...{ expiresIn: 600, notBefore: 5, issuer: "me", audience: "api", subject: "usr_1" },
        ...{ type: "at+jwt", keyId: "k1", jwtId: false, now: NOW + 0.7 },
      });
      const { header, claims } = decode(token);
      deepEqual(header, { alg: "HS512", typ: "at+jwt", kid: "k1" });
      deepEqual({ ...claims }, { role: "x", iss: "me", sub: "usr_1", aud: "api", iat: NOW, nbf: NOW + 5, exp: NOW + 600 });
      deepEqual(decode(sign({}, key, { audience: ["a", "b"] })).claims.aud, ["a", "b"]);
      equal(decode(sign({}, { ...key, kid: "own" })).header.kid, "own");
      equal(decode(sign({}, { ...key, kid: "own" }, { keyId: "other" })).header.kid, "other");
    },

    "sign adds iat unless the claims bring it, and exp only where it is asked to": () => {
      deepEqual(decode(sign({}, key, { now: NOW })).claims, { iat: NOW });
      deepEqual(decode(sign({ iat: 5 }, key, { now: NOW })).claims, { iat: 5 });
      equal(decode(sign({}, key, { now: NOW, expiresIn: 0 })).claims.exp, NOW);
    },

    "jwtId gives each token an id of at least 128 random bits": () => {
      const ids = new Set();
      const signer = new Signer(key, { jwtId: true });
      for (let n = 0; n < 100; n++) {
        const { jti } = decode(n % 2 ? signer.sign({}) : sign({}, key, { jwtId: true })).claims;
        match(jti, /^[\w-]{22,}$/);
        ids.add(jti);
      }
      equal(ids.size, 100);
      equal(decode(sign({}, key)).claims.jti, undefined);
    },

    "what both the claims and the options set is an error": () => {
      const both = [
        ["exp", { exp: NOW }, { expiresIn: 1 }], ["nbf", { nbf: NOW }, { notBefore: 1 }], ["iss", { iss: "a" }, { issuer: "a" }],
        ["aud", { aud: "a" }, { audience: "a" }], ["sub", { sub: "a" }, { subject: "a" }], ["jti", { jti: "a" }, { jwtId: true }],
      ];
      for (const [claim, claims, options] of both) claimRefused(claim, () => sign(claims, key, options));
    },

    "a registered claim of a wrong type is not signed": () => {
      const wrong = [
        ["exp", "1"], ["exp", null], ["exp", true], ["exp", new Date(0)], ["exp", 1e300], ["nbf", "1"], ["iat", {}],
        ["iss", 1], ["sub", 1], ["sub", null], ["jti", 1], ["aud", 1], ["aud", []], ["aud", ["a", 1]], ["aud", ""],
      ];
      for (const [claim, value] of wrong) claimRefused(claim, () => sign({ [claim]: value }, key));
      claimRefused("exp", () => sign({}, key, { expiresIn: 8.64e12, now: NOW }));
    },

    "claims must be an object that is JSON": () => {
      for (const wrong of [undefined, null, 1, "{}", true, [], [1], () => ({}), Symbol("a"), 1n]) {
        typeError(() => sign(wrong, key), String(wrong));
      }
      const circular = {};
      circular.self = circular;
      typeError(() => sign(circular, key));
      typeError(() => sign({ a: 1n }, key));
      anError(() => sign({ a: "\ud800" }, key));
      anError(() => sign({ "\udc00": 1 }, key));
      anError(() => sign({ toJSON: () => [1] }, key));
      anError(() => sign({ toJSON: () => "{}" }, key));
      anError(() => sign({ toJSON: () => undefined }, key));
      throws(() => sign({ get a() { throw new RangeError("mine"); } }, key), (error) => error instanceof RangeError);
      works();
    },

    "an option of sign that does not exist, or has a wrong type, is a TypeError": () => {
      const wrong = [
        { expires: 1 }, { exp: 1 }, { algorithm: "HS512" }, { header: {} }, { noTimestamp: true },
        { expiresIn: "1h" }, { expiresIn: -1 }, { expiresIn: NaN }, { expiresIn: Infinity },
        { notBefore: "1" }, { notBefore: -1 }, { issuer: 1 }, { issuer: ["a"] },
        { audience: 1 }, { audience: [] }, { audience: [1] }, { subject: 1 },
        { type: 1 }, { keyId: 1 }, { jwtId: "yes" }, { jwtId: 1 }, { now: "1" }, { now: NaN }, { now: 1e300 },
      ];
      const bad = wrong.filter((options) => passes(() => sign({}, key, options)));
      deepEqual(bad.map((options) => JSON.stringify(options)), []);
      anError(() => sign({}, key, { keyId: "" }));
      anError(() => sign({}, key, { keyId: "x".repeat(257) }));
      for (const options of [1, "expiresIn", true]) typeError(() => sign({}, key, options), String(options));
      works();
    },

    // Refusals

    "a TokenError is an Error with a name, a code and what belongs to it": async () => {
      const expired = refused("token_expired", () => verify(token, key, { now: NOW + 601 }));
      ok(expired instanceof Error);
      equal(expired.name, "TokenError");
      equal(Object.prototype.toString.call(expired), "[object Error]");
      match(String(expired), /^TokenError: \S/);
      match(expired.stack, /TokenError/);
      deepEqual(expired.expiredAt, at(NOW + 600));
      equal(expired.notBefore, undefined);
      equal(expired.claim, undefined);

      const early = await signed({ nbf: NOW + 5.5, exp: NOW + 9 });
      const notYet = refused("token_not_yet_valid", () => check(early));
      deepEqual(notYet.notBefore, at(NOW + 5.5));
      equal(notYet.expiredAt, undefined);

      const future = await signed({ iat: NOW + 1, exp: NOW + 9 });
      claimRefused("iat", () => check(future));
      equal(refused("token_malformed", () => check("x")).claim, undefined);
    },

    "a wrong signature has one answer, whatever else is wrong": async () => {
      const other = `${SECRET}!`;
      for (const claims of [{ exp: NOW - 1 }, { nbf: NOW + 9, exp: NOW + 10 }, {}, "[]", "no JSON", { exp: "x" }, '{"a":1,"a":2}']) {
        const forged = await signed(claims, undefined, other);
        refused("token_signature_invalid", () => check(forged, { issuer: "x" }), json(claims));
      }
      const [head, body, signature] = token.split(".");
      for (const wrong of ["", "AA", signature.slice(0, 84), `${signature}AAAA`, "A".repeat(86)]) {
        refused("token_signature_invalid", () => check(`${head}.${body}.${wrong}`), wrong);
      }
    },

    "an expiry is only reported when nothing else is wrong": async () => {
      const over = await signed({ exp: NOW - 1, iss: "a", nbf: NOW + 5 });
      refused("token_not_yet_valid", () => check(over));
      claimRefused("iss", () => check(over, { issuer: "b", leeway: 5 }));
      refused("token_expired", () => check(over, { now: NOW + 5 }));
    },

    "a text that is no token is token_malformed": async () => {
      const [head, body, signature] = token.split(".");
      const wrong = [
        ...ODD_STRINGS,
        `${head}.${body}`, `${token}.`, `${token}.${signature}.${signature}`, ` ${token}`, `${token}\n`, `Bearer ${token}`,
        `${head}=.${body}.${signature}`, `${head}.${body}.${signature}==`, `${head}.${body}.${signature.slice(0, -1)}+`,
        JSON.stringify({ protected: head, payload: body, signature }),
        await signed({ exp: NOW + 1 }, { alg: "HS512", crit: [] }),
        await signed({ exp: NOW + 1 }, { alg: "HS512", crit: ["exp"], exp: 1 }),
        await signed({ exp: NOW + 1 }, { alg: "HS512", b64: false }),
        await signed({ exp: NOW + 1 }, '{"alg":"HS512","alg":"HS512"}'),
        await signed({ exp: NOW + 1 }, '{"alg":"HS512","\\u0061lg":"HS512"}'),
        await signed({ exp: NOW + 1 }, '["HS512"]'),
        await signed(`{"exp":${NOW + 1},"a":1,"\\u0061":2}`),
        await signed(`{"exp":${NOW + 1},"a":{"b":1,"b":2}}`),
        await signed(`{"exp":${NOW + 1}}x`),
        await signed(`\ufeff{"exp":${NOW + 1}}`),
        await signed(`{"exp":${NOW + 1},"a":${"[".repeat(500)}${"]".repeat(500)}}`),
        await signed(`[{"exp":${NOW + 1}}]`),
        await signed("null"),
        await signed(""),
      ];
      for (const text of wrong) refused("token_malformed", () => check(text), text.slice(0, 100));
      works();
    },

    "a date that is none is token_claim_invalid, not absent": async () => {
      for (const claim of ["exp", "nbf", "iat"]) {
        const dated = (value) => signed(claim === "exp" ? `{"exp":${value}}` : `{"exp":${NOW + 1},"${claim}":${value}}`);
        for (const value of ['"1"', "null", "true", "[]", "{}", "1e300", "-1e300", "99999999999999999999"]) {
          const odd = await dated(value);
          claimRefused(claim, () => check(odd, { requiredClaims: [] }));
          for (const look of [inspect, expiresAt, secondsLeft, isExpired]) claimRefused(claim, () => look(odd));
        }
        const beyond = await dated("1e400");
        throws(() => check(beyond, { requiredClaims: [] }), (error) => error instanceof TokenError);
      }
      for (const value of [`${NOW + 1}.5`, "17e8", `${NOW}1e-1`]) {
        const fine = await signed(`{"exp":${value}}`);
        equal(check(fine, { now: NOW - 1 }).claims.exp, Number(value));
      }
    },

    "no message holds anything of the token": async () => {
      const private_ = "xyzzy-private";
      const wrong = [
        await signed({ exp: private_ }), await signed({ exp: 1, sub: private_ }), await signed({ iss: private_, exp: NOW + 1 }),
        await signed({ exp: NOW + 1 }, { alg: private_ }), await signed({ exp: NOW + 1 }, undefined, `${SECRET}${private_}`),
        await signed(`{"${private_}":1,"${private_}":2}`), `${private_}.${private_}.${private_}`, private_, token.slice(0, -1),
        await signed({ nbf: NOW + 5, jti: private_, exp: NOW + 9 }), await signed({ exp: NOW + 1, aud: [private_, 1] }),
      ];
      for (const token of wrong) {
        throws(() => verify(token, key, { now: NOW, issuer: "x", requiredClaims: [] }), (error) => {
          ok(error instanceof TokenError);
          for (const part of [private_, token, ...token.split(".").filter((part) => part.length > 8)]) {
            ok(!error.message.includes(part) && !JSON.stringify({ ...error }).includes(part), error.message);
          }
          return true;
        });
      }
    },

    "an argument of a wrong type is a TypeError, and the next call works": () => {
      const verifier = new Verifier(key);
      const calls = { decode, inspect, expiresAt, secondsLeft, isExpired, verify: (x) => verify(x, key), Verifier: (x) => verifier.verify(x) };
      for (const [name, call] of Object.entries(calls)) {
        for (const wrong of NOT_STRINGS) typeError(() => call(wrong), `${name} ${String(wrong)}`);
        typeError(() => call(), name);
        for (const odd of ODD_STRINGS) refused("token_malformed", () => call(odd), `${name} ${odd.slice(0, 20)}`);
        works();
      }
      for (const now of ["1", null, NaN, Infinity, new Date(), {}, 10n, Symbol("now")]) {
        for (const look of [inspect, secondsLeft, isExpired]) typeError(() => look(token, { now }), `now ${String(now)}`);
        typeError(() => verifier.verify(token, { now }));
      }
      for (const leeway of ["1", null, NaN, -1, Infinity]) {
        for (const look of [inspect, isExpired]) typeError(() => look(token, { leeway }), `leeway ${leeway}`);
      }
      works();
    },

    // Reading without a key

    "decode reads header and claims, whoever signed": async () => {
      deepEqual(decode(token), { header: { alg: "HS512", typ: "JWT" }, claims });
      deepEqual(decode(unsigned({ a: [1, { b: null }] }, { alg: "RS256", kid: "x", n: 1 })), {
        header: { alg: "RS256", kid: "x", n: 1 },
        claims: { a: [1, { b: null }] },
      });
      deepEqual(decode(unsigned({})).claims, {});
      deepEqual(decode(unsigned({ exp: "never" })).claims, { exp: "never" });
      for (const wrong of [unsigned("[]"), unsigned("1"), unsigned("null"), unsigned("{}", "[]"), unsigned('{"a":1,"a":1}')]) {
        refused("token_malformed", () => decode(wrong));
      }
    },

    "inspect says where now lies": () => {
      const token = unsigned({ iat: NOW, nbf: NOW + 10, exp: NOW + 20.5 });
      const look = (now, leeway) => inspect(token, { now, leeway });
      const dates = { issuedAt: at(NOW), notBefore: at(NOW + 10), expiresAt: at(NOW + 20.5) };
      const { issuedAt, notBefore, expiresAt, ...rest } = look(NOW + 15);
      deepEqual({ issuedAt, notBefore, expiresAt }, dates);
      deepEqual(rest, {
        header: { alg: "HS512" },
        claims: { iat: NOW, nbf: NOW + 10, exp: NOW + 20.5 },
        status: "current",
        secondsLeft: 5.5,
        legacy: false,
      });
      equal(look(NOW + 9.9).status, "not-yet-valid");
      equal(look(NOW + 10).status, "current");
      equal(look(NOW + 20.4).status, "current");
      equal(look(NOW + 20.5).status, "expired");
      equal(look(NOW + 30.5).secondsLeft, -10);
      equal(look(NOW + 9, 1).status, "current");
      equal(look(NOW + 21.4, 1).status, "current");
      equal(look(NOW + 21.5, 1).status, "expired");
      equal(inspect(unsigned({ nbf: NOW + 5, exp: NOW - 5 }), { now: NOW }).status, "expired");
    },

    "inspect takes the clock's time unless it is told another": () => {
      const clock = Math.floor(Date.now() / 1000);
      equal(inspect(unsigned({ exp: clock + 1000 })).status, "current");
      equal(inspect(unsigned({ exp: clock - 1000 })).status, "expired");
      equal(inspect(unsigned({ exp: clock + 1000 }), {}).status, "current");
      const left = secondsLeft(unsigned({ exp: clock + 1000 }));
      ok(left > 900 && left <= 1000.1, `${left}`);
    },

    "at the very second of its expiry a token is expired": () => {
      const token = unsigned({ exp: NOW });
      equal(inspect(token, { now: NOW }).status, "expired");
      equal(isExpired(token, { now: NOW }), true);
      equal(secondsLeft(token, { now: NOW }), 0);
      equal(isExpired(token, { now: NOW - 1 }), false);
      equal(isExpired(token, { now: NOW, leeway: 1 }), false);
      equal(isExpired(token, { now: NOW + 1, leeway: 1 }), true);
    },

    "without an expiry there is none: never-expires, undefined, Infinity, false": () => {
      for (const claims of [{}, { iat: NOW }, { sub: "usr_1" }]) {
        const token = unsigned(claims);
        const inspection = inspect(token, { now: NOW });
        equal(inspection.status, "never-expires");
        equal(inspection.expiresAt, undefined);
        equal(inspection.secondsLeft, Infinity);
        equal(expiresAt(token), undefined);
        equal(secondsLeft(token, { now: NOW }), Infinity);
        equal(isExpired(token, { now: NOW }), false);
      }
      equal(inspect(unsigned({ nbf: NOW + 1 }), { now: NOW }).status, "not-yet-valid");
    },

    "expiresAt and secondsLeft are exact, far away too": () => {
      deepEqual(expiresAt(unsigned({ exp: NOW + 0.25 })), at(NOW + 0.25));
      deepEqual(expiresAt(unsigned({ exp: 0 })), new Date(0));
      deepEqual(expiresAt(unsigned({ exp: -1 })), new Date(-1000));
      deepEqual(expiresAt(unsigned({ exp: 8.64e12 })), new Date(8.64e15));
      equal(secondsLeft(unsigned({ exp: NOW - 100 }), { now: NOW }), -100);
      equal(secondsLeft(unsigned({ exp: NOW + 100 }), { now: NOW + 0.5 }), 99.5);
      equal(secondsLeft(unsigned({ exp: 8.64e12 }), { now: 0 }), 8.64e12);
    },

    "a token of itsdangerous is seen as one, and is current to the end of its last second": () => {
      for (const token of LEGACY) {
        const look = (now) => inspect(token, { now });
        const inspection = look(1_600_000_600);
        equal(inspection.legacy, true);
        equal(inspection.status, "current");
        equal(inspection.secondsLeft, 0);
        deepEqual(inspection.issuedAt, at(1_600_000_000));
        deepEqual(inspection.expiresAt, at(1_600_000_600));
        deepEqual(inspection.claims, { id: 1 });
        equal(look(1_600_000_601).status, "expired");
        equal(isExpired(token, { now: 1_600_000_600 }), false);
        equal(isExpired(token, { now: 1_600_000_601 }), true);
        deepEqual(expiresAt(token), at(1_600_000_600));
        equal(secondsLeft(token, { now: 1_600_000_700 }), -100);
      }
      equal(inspect(unsigned({ exp: NOW }, { alg: "HS512", exp: NOW + 5 }), { now: NOW }).legacy, false);
    },

    "verify never takes a token of itsdangerous, over or not": async () => {
      const header = { alg: "HS512", iat: NOW, exp: NOW + 600 };
      for (const claims of [{ id: 1 }, { id: 1, sub: "1" }]) {
        const token = await signed(claims, header);
        for (const options of [{}, { requiredClaims: [] }, { requiredClaims: ["id"] }]) {
          claimRefused("exp", () => check(token, options));
        }
        claimRefused("exp", () => check(token, { now: NOW + 5000, requiredClaims: [] }));
      }
    },

    // Text

    "unicode and escapes survive": async () => {
      const odd = { "ключ": "значение", "🦊": "\u{1F98A}", quote: '"\\/\b\f\n\r\t', control: "\0\u001f\u007f", line: "\u2028\u2029", "": "", bom: "\ufeff", nfd: "e\u0301" };
      const signed_ = sign({ ...odd, exp: NOW + 1, iat: NOW }, key, { issuer: "Ünï \"q\" \\ \0 🦊", now: NOW });
      deepEqual(check(signed_).claims, { ...odd, exp: NOW + 1, iat: NOW, iss: "Ünï \"q\" \\ \0 🦊" });
      check(signed_, { issuer: "Ünï \"q\" \\ \0 🦊" });
      const escaped = await signed(`{"\\u0065xp":${NOW + 1},"iss":"\\u0061\\ud83e\\udd8a","aud":["\\u0061pi"],"n\\u0061me":"\\/\\u00e9"}`, '{"alg":"\\u0048S512","k\\u0069d":"x"}');
      const { header, claims } = check(escaped, { issuer: "a🦊", audience: "api", requiredClaims: ["exp", "name"] });
      deepEqual(claims, { exp: NOW + 1, iss: "a🦊", aud: ["api"], name: "/é" });
      deepEqual(header, { alg: "HS512", kid: "x" });
    },

    "a claim named __proto__ is a member like any other": async () => {
      const text = `{"__proto__":{"admin":true},"constructor":1,"toString":"x","exp":${NOW + 1}}`;
      const token = await signed(text);
      for (const claims of [check(token).claims, decode(token).claims, inspect(token, { now: NOW }).claims]) {
        equal(Object.getPrototypeOf(claims), Object.prototype);
        ok(Object.hasOwn(claims, "__proto__"));
        equal(claims.admin, undefined);
        equal(JSON.stringify(claims), text);
      }
      equal({}.admin, undefined);
      ok(Object.hasOwn(decode(sign(JSON.parse(text), key)).claims, "__proto__"));
      typeError(() => verify(token, key, JSON.parse('{"__proto__":{"leeway":1}}')));
    },

    "numbers come out as they went in": () => {
      const numbers = { a: 0, b: -1, c: 1.5, d: 2 ** 53 - 1, e: 1e21, f: 5e-324, g: -1e300, h: -0.1 };
      const { iat, ...out } = decode(sign(numbers, key, { now: NOW })).claims;
      equal(iat, NOW);
      deepEqual(out, numbers);
    },

    "claims may be large where the verifier allows it": () => {
      const big = { list: Array.from({ length: 20_000 }, (_, i) => `entry ${i}`), exp: NOW + 1, iat: NOW };
      const token = sign(big, key);
      ok(token.length > 300_000);
      refused("token_malformed", () => check(token));
      deepEqual(check(token, { maxTokenLength: token.length }).claims.list, big.list);
      works();
    },

    "thousands of calls, right and wrong, do not wear it out": () => {
      const verifier = new Verifier(key);
      for (let n = 0; n < 2000; n++) {
        equal(verify(sign({ n }, key, { expiresIn: 60, now: NOW }), key, { now: NOW }).claims.n, n);
        equal(verifier.verify(token, { now: NOW }).claims.sub, "usr_1");
        refused("token_malformed", () => decode("x".repeat(n)));
        refused("key_invalid", () => new Verifier({ kty: "oct", k: "", alg: "HS256" }));
        typeError(() => inspect(n));
      }
      works();
    },

    "two tokens of the same claims differ where they should and nowhere else": () => {
      equal(sign(claims, key), sign(claims, key));
      notEqual(sign(claims, key, { jwtId: true }), sign(claims, key, { jwtId: true }));
    },
  };
}
