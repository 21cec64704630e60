// Verifying tokens of itsdangerous.
import { at, encoder, LEGACY, NOT_STRINGS, NOW, ODD_STRINGS, SECRET, signed } from "./support.mjs";

const ISSUED = 1_600_000_000;
const ENDS = 1_600_000_600;
// Tokens with HS512 and the salt `login`.
const SALTED = `${LEGACY[0].slice(0, LEGACY[0].lastIndexOf("."))}.eqzG2X5HQlE6a0ZM7qJVU9swCffRZfT3DkkrzsB8DiTzqdCTVd-GNKJCshY8bLO43HyaaNqo_e-zcIaCYnvsOw`;

export default ({
  legacy: { verifyLegacy, ...rest },
  portcullis,
  key,
  equal,
  deepEqual,
  refused,
  claimRefused,
  typeError,
  anError,
}) => ({
  "it exports one function and the error of portcullis": () => {
    deepEqual(
      Object.keys(rest).filter((name) => name !== "default"),
      ["TokenError"],
    );
    equal(rest.TokenError, portcullis.TokenError);
  },

  "a token is valid until its last second ends, and only with its own algorithm": () => {
    ["HS512", "HS384", "HS256"].forEach((algorithm, index) => {
      const token = LEGACY[index];
      for (const now of [0, ISSUED, ENDS, ENDS + 0.9]) {
        deepEqual(verifyLegacy(token, "secret-key", { algorithm, now }), {
          header: { alg: algorithm, iat: ISSUED, exp: ENDS },
          payload: { id: 1 },
        });
      }
      const error = refused("token_expired", () => verifyLegacy(token, "secret-key", { algorithm, now: ENDS + 1 }));
      deepEqual(error.expiredAt, at(ENDS));
      for (const other of ["HS256", "HS384", "HS512"].filter((other) => other !== algorithm)) {
        refused("token_signature_invalid", () => verifyLegacy(token, "secret-key", { algorithm: other, now: ISSUED }));
      }
    });
    deepEqual(verifyLegacy(LEGACY[0], "secret-key", { now: ENDS }).payload, { id: 1 });
    refused("token_expired", () => verifyLegacy(LEGACY[0], "secret-key"));
  },

  "a secret may be bytes, and each of several secrets verifies": () => {
    const now = ENDS;
    const bytes = encoder.encode("secret-key");
    for (const secret of [
      bytes,
      ["secret-key"],
      ["old", "secret-key"],
      [bytes, "new"],
      Object.freeze(["a", "b", bytes]),
    ]) {
      deepEqual(verifyLegacy(LEGACY[0], secret, { now }).payload, { id: 1 });
    }
    for (const secret of ["secret-kez", ["a", "b"], new Uint8Array(10)]) {
      refused("token_signature_invalid", () => verifyLegacy(LEGACY[0], secret, { now }));
      refused("token_signature_invalid", () => verifyLegacy(LEGACY[0], secret, { now: ENDS + 9 }));
    }
  },

  "a salt changes the key, and an empty salt differs from no salt": () => {
    const now = ENDS;
    for (const salt of ["login", encoder.encode("login")])
      deepEqual(verifyLegacy(SALTED, "secret-key", { now, salt }).payload, { id: 1 });
    for (const salt of ["Login", "", undefined])
      refused("token_signature_invalid", () => verifyLegacy(SALTED, "secret-key", { now, salt }));
    for (const salt of ["login", ""])
      refused("token_signature_invalid", () => verifyLegacy(LEGACY[0], "secret-key", { now, salt }));
  },

  "the payload may be any JSON value": async () => {
    for (const payload of [null, 1, "Zoë 😀", [1, [2]], { __proto__: null, a: { b: 1 } }]) {
      const token = await signed(JSON.stringify(payload), { alg: "HS512", iat: NOW, exp: NOW + 1 });
      equal(JSON.stringify(verifyLegacy(token, SECRET, { now: NOW }).payload), JSON.stringify(payload));
    }
  },

  "a JWT is not accepted as such a token, nor such a token as a JWT": async () => {
    const plain = portcullis.sign({ id: 1 }, key, { expiresIn: 60, now: NOW });
    claimRefused("exp", () => verifyLegacy(plain, SECRET, { now: NOW }));
    const old = await signed({ id: 1 }, { alg: "HS512", iat: NOW, exp: NOW + 60 });
    deepEqual(verifyLegacy(old, SECRET, { now: NOW }).payload, { id: 1 });
    claimRefused("exp", () => portcullis.verify(old, key, { now: NOW, requiredClaims: [] }));
  },

  "a value that is not a token, a secret or an option is refused": () => {
    const now = ENDS;
    const call = (token, secret = "secret-key", options = { now }) => verifyLegacy(token, secret, options);
    for (const wrong of NOT_STRINGS) typeError(() => call(wrong), String(wrong));
    for (const odd of ODD_STRINGS) anError(() => call(odd), odd.slice(0, 20));
    for (const secret of [null, 1, {}, [1], [null], "\ud800", ["a", "\udc00"], new Uint16Array(9), [["a"]]]) {
      typeError(() => call(LEGACY[0], secret), JSON.stringify(secret));
    }
    typeError(() => verifyLegacy(LEGACY[0]));
    for (const secret of ["", [], ["a", ""], new Uint8Array(0)])
      refused("key_invalid", () => call(LEGACY[0], secret), String(secret));
    for (const options of [
      1,
      null,
      [],
      { salts: "x" },
      { salt: 1 },
      { salt: null },
      { salt: "\ud800" },
      { algorithm: 1 },
      { now: "1" },
      { now: NaN },
    ]) {
      typeError(() => call(LEGACY[0], "secret-key", options), JSON.stringify(options));
    }
    for (const algorithm of ["none", "hs512", "EdDSA", ""])
      refused("key_invalid", () => call(LEGACY[0], "secret-key", { now, algorithm }), algorithm);
    deepEqual(call(LEGACY[0]).payload, { id: 1 });
  },
});
