// A wrong call says what to do about it.
import { NOW, SECRET } from "./support.mjs";

export default ({
  Signer,
  Verifier,
  decode,
  isExpired,
  secretKey,
  sign,
  verify,
  key,
  token,
  claims,
  ok,
  equal,
  deepEqual,
  typeError,
  works,
}) => {
  /** Asserts a TypeError whose message matches. */
  const says = (pattern, call) => {
    typeError(call);
    try {
      call();
    } catch ({ message }) {
      ok(pattern.test(message), message);
    }
  };

  return {
    "a promise, a CryptoKey, a KeyObject, a secret or a Map is no key, and the error says how to make one":
      async () => {
        const raw = new TextEncoder().encode(SECRET);
        const cryptoKey = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-512" }, true, [
          "verify",
        ]);
        const keyObject = { type: "secret", export: () => ({}) };
        for (const use of [(key) => verify(token, key), (key) => new Verifier(key), (key) => sign({}, key)]) {
          says(/await the promise/, () => use(Promise.resolve(key)));
          says(/await crypto\.subtle\.exportKey\("jwk", key\)/, () => use(cryptoKey));
          says(/key\.export\(\{ format: "jwk" \}\)/, () => use(keyObject));
          says(/secretKey\(secret, alg\)/, () => use(SECRET));
          says(/secretKey\(secret, alg\)/, () => use(raw));
          says(/a JWK or a JWK Set/, () => use(new Map([["kty", "oct"]])));
        }
      },

    "a promise is no token and no options": () => {
      says(/await the promise/, () => verify(Promise.resolve(token), key));
      says(/await the promise/, () => decode(Promise.resolve(token)));
      says(/await the promise/, () => verify(token, key, Promise.resolve({})));
      says(/await the promise/, () => secretKey(Promise.resolve(SECRET), "HS512"));
    },

    "an option of another type says which type it needs": () => {
      says(/"expiresIn" must be a number of seconds/, () => sign({}, key, { expiresIn: "1h" }));
      says(/"maxAge" must be a number of seconds/, () => verify(token, key, { maxAge: "1h" }));
      says(/"now" must be a number of seconds since the epoch/, () => verify(token, key, { now: new Date() }));
      says(/"audience" must be a string or an array/, () => verify(token, key, { audience: [] }));
      says(/"maxTokenLength" must be a whole number of bytes/, () => decode(token, { maxTokenLength: "9" }));
      says(/there are .*expiresIn/, () => sign({}, key, { expires: 60 }));
    },

    "isExpired in filter says how to write it": () => {
      says(/\(token\) => isExpired\(token\)/, () => [token].filter(isExpired));
      equal([token].filter((token) => isExpired(token, { now: NOW })).length, 0);
    },

    "a method without its object says how to call it": () => {
      const { verify } = new Verifier(key);
      const { sign } = new Signer(key);
      says(/verifier\.verify\(token\)/, () => verify(token));
      says(/verifier\.verify\(token\)/, () => verify.call({}, token));
      says(/signer\.sign\(claims\)/, () => sign({}));
    },

    "a Map, a Set, an iterator or a promise is no object of claims": () => {
      for (const wrong of [
        new Map([["sub", "1"]]),
        new Set(["sub"]),

        [1],
        Promise.resolve({}),
      ])
        typeError(() => sign(wrong, key));
      says(/Object\.fromEntries/, () => sign(new Map([["sub", "1"]]), key));
      class User {
        sub = "1";
      }
      deepEqual(decode(sign(new User(), key, { now: NOW })).claims, { sub: "1", iat: NOW });
      deepEqual(decode(sign({ toJSON: () => ({ sub: "1" }) }, key, { now: NOW })).claims, { sub: "1", iat: NOW });
    },

    "a disposed Verifier or Signer says so, may be disposed again, and others go on": () => {
      const [verifier, other, signer] = [new Verifier(key), new Verifier(key), new Signer(key)];
      for (const one of [verifier, signer]) {
        one.dispose();
        one.dispose();
      }
      says(/disposed/, () => verifier.verify(token));
      says(/disposed/, () => signer.sign({}));
      deepEqual(other.verify(token, { now: NOW }).claims, claims);
      if (Symbol.dispose) {
        equal(Verifier.prototype[Symbol.dispose], Verifier.prototype.dispose);
        equal(Signer.prototype[Symbol.dispose], Signer.prototype.dispose);
      }
      works();
    },

    "each problem of a key set has a message of its own": () => {
      const message = (keys) => {
        try {
          new Verifier({ keys });
        } catch ({ code, message }) {
          equal(code, "key_invalid");
          return message;
        }
      };
      const messages = [[], [key, key], Array(101).fill(key), [{ kty: "x" }]].map((keys) =>
        message(keys.map((one) => ({ ...one, kid: "a" }))),
      );
      ok(/no usable key/.test(messages[0]) && /"kid"/.test(messages[1]) && /100 keys/.test(messages[2]), `${messages}`);
      equal(messages[3], messages[0]);
    },
  };
};
