// Arguments for each function that throw, call back or never end; and the data that errors contain.
import { LEGACY, NOT_STRINGS, NOW } from "./support.mjs";

const CHEAP = "$argon2id$v=19$m=8,t=1,p=1$YWJjZGVmZ2hpamtsbW5vcA$dmvGMcsTXYYk4cShzR0mBObVpZJ/KHkdMIq2Nfmc9Jc";

class Thrown extends Error {}
const thrower = () => {
  throw new Thrown("thrown");
};

/** Objects on which every operation throws. */
const throwing = () => {
  const traps = ["get", "has", "ownKeys", "getPrototypeOf", "getOwnPropertyDescriptor"];
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const revokedArray = Proxy.revocable([], {});
  revokedArray.revoke();
  return [
    ...traps.map((trap) => new Proxy({}, { [trap]: thrower })),
    ...traps.map((trap) => new Proxy([], { [trap]: thrower })),
    new Proxy({}, Object.fromEntries(traps.map((trap) => [trap, thrower]))),
    new Proxy(() => {}, { get: thrower }),
    revoked.proxy,
    revokedArray.proxy,
    { toString: thrower, valueOf: thrower, toJSON: thrower, [Symbol.toPrimitive]: thrower },
  ];
};

/** The values that the getters of each name return. */
const getters = (names, get) => names.map((name) => Object.defineProperty({}, name, { get, enumerable: true }));

const OPTIONS = [
  "now",
  "leeway",
  "issuer",
  "audience",
  "algorithms",
  "requiredClaims",
  "maxAge",
  "expiresIn",
  "keyId",
  "algorithm",
  "salt",
];
const MEMBERS = ["kty", "k", "alg", "kid", "keys", "d", "x", "key_ops"];

export default ({
  portcullis,
  reading,
  legacy,
  passwords,
  ok,
  equal,
  deepEqual,
  key,
  token,
  refused,
  works: tokensWork,
}) => {
  const { Verifier, Signer, verify, sign, secretKey, generateKey, publicKey, TokenError } = portcullis;
  const { hashPassword, verifyPassword, needsRehash, PasswordError } = passwords;
  const { verifyLegacy } = legacy;
  const old = (options) => verifyLegacy(LEGACY[0], "secret-key", { now: NOW - 1e8, ...options });

  /** Each function, with the hostile argument in each position. */
  const CALLS = {
    decode: (x) => portcullis.decode(x),
    inspect: (x) => portcullis.inspect(x),
    "inspect, options": (x) => portcullis.inspect(token, x),
    expiresAt: (x) => portcullis.expiresAt(x),
    "secondsLeft, options": (x) => portcullis.secondsLeft(token, x),
    "isExpired, options": (x) => portcullis.isExpired(token, x),
    verify: (x) => verify(x, key),
    "verify, key": (x) => verify(token, x, { now: NOW }),
    "verify, keys": (x) => verify(token, { keys: x }, { now: NOW }),
    "verify, one of the keys": (x) => verify(token, { keys: [x] }, { now: NOW }),
    "verify, options": (x) => verify(token, key, x),
    "verify, an option": (x) => verify(token, key, { now: NOW, issuer: x }),
    "Verifier, at": (x) => new Verifier(key).verify(token, x),
    sign: (x) => sign(x, key),
    "sign, within": (x) => sign({ x }, key),
    "sign, key": (x) => sign({}, x),
    "sign, options": (x) => sign({}, key, x),
    "Signer, at": (x) => new Signer(key).sign({}, x),
    secretKey: (x) => secretKey(x, "HS256"),
    "secretKey, algorithm": (x) => secretKey("x".repeat(64), x),
    generateKey: (x) => generateKey(x),
    publicKey: (x) => publicKey(x),
    "of inspect: decode": (x) => reading.decode(x),
    "of inspect: inspect, options": (x) => reading.inspect(token, x),
    verifyLegacy: (x) => verifyLegacy(x, "secret-key"),
    "verifyLegacy, secret": (x) => verifyLegacy(LEGACY[0], x),
    "verifyLegacy, one of the secrets": (x) => verifyLegacy(LEGACY[0], [x]),
    "verifyLegacy, options": (x) => verifyLegacy(LEGACY[0], "secret-key", x),
    // Texts are left out here, because the function would hash each of them, which takes long.
    hashPassword: (x) => typeof x === "string" || hashPassword(x),
    verifyPassword: (x) => verifyPassword(x, CHEAP),
    "verifyPassword, hash": (x) => verifyPassword("correct horse", x),
    needsRehash: (x) => needsRehash(x),
  };

  const works = (message) => {
    tokensWork();
    equal(reading.decode(token).claims.sub, "usr_1", message);
    deepEqual(old().payload, { id: 1 }, message);
    equal(verifyPassword("correct horse", CHEAP), true, message);
  };
  /** The kind of the error that a call throws, or undefined. */
  const outcome = (call) => {
    try {
      call();
      return undefined;
    } catch (error) {
      return error;
    }
  };
  const isOurs = (error) =>
    error === undefined || error instanceof TypeError || error instanceof TokenError || error instanceof PasswordError;

  return {
    "each function answers any argument with a result or an error of the package, and the next call works": () => {
      const wrong = [
        ...NOT_STRINGS,
        "",
        "\ud800",
        "x".repeat(1 << 20),
        -0,
        2 ** 53,
        -1,
        "__proto__",
        new Date(NaN),
        new Map(),
        /x/,
        new Uint8Array(0),
        new ArrayBuffer(8),
      ];
      for (const [name, call] of Object.entries(CALLS)) {
        for (const value of wrong) {
          const error = outcome(() => call(value));
          ok(isOurs(error), `${name}, ${String(value).slice(0, 20)}: ${error}`);
        }
        works(name);
      }
    },

    "an exception of an argument is passed on unchanged, and the next call works": () => {
      for (const [name, call] of Object.entries(CALLS)) {
        for (const value of [...throwing(), ...getters([...OPTIONS, ...MEMBERS], thrower)]) {
          const error = outcome(() => call(value));
          ok(isOurs(error) || error instanceof Thrown, `${name}: ${error}`);
          works(name);
        }
      }
    },

    "a polluted Object.prototype gives no key and no option": () => {
      const forger = secretKey("the forger's own secret, sixty-four bytes long: 0123456789 012345678", "HS512");
      const forged = sign({ sub: "usr_1", exp: NOW + 60, iat: NOW }, forger);
      const { alg, kty, ...nameless } = key;
      const polluted = (name, value, call) => {
        Object.defineProperty(Object.prototype, name, { value, configurable: true, enumerable: true, writable: true });
        try {
          return call();
        } finally {
          delete Object.prototype[name];
        }
      };
      const code = (name, value, call) => polluted(name, value, () => outcome(call))?.code;
      equal(
        code("keys", [forger], () => verify(forged, key, { now: NOW })),
        "token_signature_invalid",
      );
      equal(
        code("keys", [forger], () => verify(token, key, { now: NOW })),
        undefined,
      );
      equal(
        code("keys", [forger], () => new Verifier(key, { now: NOW }).verify(forged)),
        "token_signature_invalid",
      );
      equal(
        code("keys", [forger], () => publicKey(key)),
        code("unused", 1, () => publicKey(key)),
      );
      // Members of a key.
      ok(
        code("k", forger.k, () => verify(forged, { kty, alg }, { now: NOW })),
        "k",
      );
      ok(
        code("alg", alg, () => verify(token, { kty, ...nameless }, { now: NOW })),
        "alg",
      );
      equal(
        code("kid", "other", () => verify(token, key, { now: NOW })),
        undefined,
      );
      // Options.
      const late = sign({ sub: "usr_1", exp: NOW - 60, iat: NOW - 120 }, key);
      equal(
        code("leeway", 3600, () => verify(late, key, { now: NOW })),
        "token_expired",
      );
      equal(
        code("now", NOW - 90, () => verify(late, key, { leeway: 0 })),
        "token_expired",
      );
      equal(
        code("issuer", "someone", () => verify(token, key, { now: NOW })),
        undefined,
      );
      works();
    },

    "a call from an argument and the call itself both return their result": () => {
      let calls = 0;
      const back = () => {
        calls += 1;
        works();
        refused("token_malformed", () => verify("x", key));
      };
      for (const [name, call] of Object.entries(CALLS)) {
        for (const value of getters([...OPTIONS, ...MEMBERS, "toJSON"], () => void back()))
          ok(isOurs(outcome(() => call(value))), name);
        const everywhere = new Proxy({}, { get: () => void back(), ownKeys: () => (back(), []) });
        ok(isOurs(outcome(() => call(everywhere))), name);
        works(name);
      }
      ok(calls > 100, `${calls} calls`);
    },

    "an endless or circular argument is an error, and the next call works": () => {
      const circle = { kty: "oct" };
      circle.self = circle;
      circle.keys = [circle];
      const list = [];
      list.push(list);
      let deep = {};
      for (let n = 0; n < 20_000; n++) deep = { deep };
      for (const [name, call] of Object.entries(CALLS)) {
        for (const value of [circle, list, deep]) {
          const error = outcome(() => call(value));
          // In Firefox the engine's error for an exhausted stack has another name.
          ok(isOurs(error) || ["RangeError", "InternalError"].includes(error?.name), `${name}: ${error}`);
        }
        works(name);
      }
    },

    "a call that fails because the stack is exhausted breaks no later call": () => {
      const pair = generateKey("ES256");
      const ofPair = sign({}, pair, { expiresIn: 60, now: NOW });
      const [open, verifier, signer] = [publicKey(pair), new Verifier(key, { now: NOW }), new Signer(key)];
      const other = sign({ who: "other", exp: NOW + 9, iat: NOW }, key, { keyId: "other" });
      const calls = [
        () => equal(verifier.verify(token).claims.sub, "usr_1"),
        () => equal(verifier.verify(other).header.kid, "other"),
        () => equal(verify(other, key, { now: NOW }).claims.who, "other"),
        () => equal(portcullis.decode(signer.sign({ n: 1 }, { now: NOW })).claims.n, 1),
        () => ok(verify(ofPair, open, { now: NOW })),
        () => equal(reading.inspect(other, { now: NOW }).claims.who, "other"),
        () => deepEqual(old().payload, { id: 1 }),
        () => equal(verifyPassword("correct horse", CHEAP), true),
        () => equal(verifyPassword("correct hors", CHEAP), false),
        () => equal(needsRehash(CHEAP), true),
        () => equal(secretKey("x".repeat(32), "HS256").k.length, 43),
      ];
      // Errors are added to this list without a call, because a call needs stack.
      let errors;
      const isOfStack = (error) => error instanceof RangeError || /recursion/.test(String(error));
      // As the calls return from the exhausted stack, each step has more stack left.
      const descend = (call) => {
        let above = 0;
        try {
          above = descend(call);
        } catch {
          // The stack is exhausted here.
        }
        if (above < 200) {
          try {
            call();
          } catch (error) {
            errors = { error, next: errors };
          }
        }
        return above + 1;
      };
      for (const call of calls) {
        for (let n = 0; n < 5; n++) {
          try {
            descend(call);
          } catch (error) {
            if (!isOfStack(error)) throw error;
          }
          call();
        }
        calls.forEach((call) => call());
        works();
      }
      let ended = 0;
      for (; errors; errors = errors.next) {
        ended += 1;
        ok(isOfStack(errors.error), String(errors.error));
      }
      ok(ended > 10, `${ended} were ended`);
    },

    "an error has no cause and contains no secret when it is printed, copied or written as JSON": () => {
      const secret = "xyzzy-private-0123456789-0123456789-0123456789";
      const key = secretKey(secret.repeat(2), "HS512");
      const tokens = [
        secret,
        `${secret}.${secret}.${secret}`,
        sign({ sub: secret, exp: 1, iat: 0 }, key),
        sign({ iss: secret, nbf: NOW + 5, exp: NOW + 9, iat: NOW }, key),
      ];
      const errors = [
        ...tokens.map((token) => outcome(() => verify(token, key, { now: NOW }))),
        ...tokens.map((token) => outcome(() => verifyLegacy(token, secret))),
        outcome(() => verify(token, secretKey(secret.repeat(2), "HS512"), { now: NOW })),
        outcome(() => secretKey(secret.slice(0, 20), "HS512")),
        outcome(() => sign({ iss: secret }, key, { issuer: `${secret}.` })),
        outcome(() => new Verifier({ kty: "oct", k: secret, alg: secret })),
        outcome(() => publicKey({ ...generateKey("EdDSA"), x: secret })),
        outcome(() => verifyPassword(secret, secret)),
      ];
      for (const error of errors) {
        ok(error instanceof Error && isOurs(error), String(error));
        equal("cause" in error, false);
        const shown = [
          String(error),
          error.message,
          error.stack ?? "",
          JSON.stringify(error),
          JSON.stringify(Object.getOwnPropertyNames(error).map((name) => String(error[name]))),
        ];
        // Without structuredClone there is no copy to check.
        const copy = globalThis.structuredClone?.(error) ?? error;
        shown.push(String(copy), JSON.stringify(copy), copy.stack ?? "");
        for (const text of shown) ok(!text.includes(secret.slice(0, 13)), text);
        ok(["TokenError", "PasswordError"].includes(error.name), error.name);
        ok(
          Object.keys(error).every((name) => ["code", "claim", "expiredAt", "notBefore"].includes(name)),
          JSON.stringify(error),
        );
      }
    },
  };
};
