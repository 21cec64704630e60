// The claims that sign adds to a token, and the claims that it refuses to sign.
import { NOW } from "./support.mjs";

export default ({
  decode,
  sign,
  Signer,
  equal,
  deepEqual,
  match,
  throws,
  key,
  claimRefused,
  typeError,
  anError,
  works,
}) => ({
  "sign adds the claims that its options name": () => {
    const token = sign({ role: "x" }, key, {
      ...{ expiresIn: 600, notBefore: 5, issuer: "me", audience: "api", subject: "usr_1" },
      ...{ type: "at+jwt", keyId: "k1", jwtId: false, now: NOW + 0.7 },
    });
    const { header, claims } = decode(token);
    deepEqual(header, { alg: "HS512", typ: "at+jwt", kid: "k1" });
    deepEqual(
      { ...claims },
      { role: "x", iss: "me", sub: "usr_1", aud: "api", iat: NOW, nbf: NOW + 5, exp: NOW + 600 },
    );
    deepEqual(decode(sign({}, key, { audience: ["a", "b"] })).claims.aud, ["a", "b"]);
    equal(decode(sign({}, { ...key, kid: "own" })).header.kid, "own");
    equal(decode(sign({}, { ...key, kid: "own" }, { keyId: "other" })).header.kid, "other");
  },

  "sign adds iat unless the claims have it, and adds exp only if asked to": () => {
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

  "a claim that both the claims and the options set is an error": () => {
    const both = [
      ["exp", { exp: NOW }, { expiresIn: 1 }],
      ["nbf", { nbf: NOW }, { notBefore: 1 }],
      ["iss", { iss: "a" }, { issuer: "a" }],
      ["aud", { aud: "a" }, { audience: "a" }],
      ["sub", { sub: "a" }, { subject: "a" }],
      ["jti", { jti: "a" }, { jwtId: true }],
    ];
    for (const [claim, claims, options] of both) claimRefused(claim, () => sign(claims, key, options));
  },

  "sign refuses a registered claim of a wrong type": () => {
    const wrong = [
      ["exp", "1"],
      ["exp", null],
      ["exp", true],
      ["exp", new Date(0)],
      ["exp", 1e300],
      ["nbf", "1"],
      ["iat", {}],
      ["iss", 1],
      ["sub", 1],
      ["sub", null],
      ["jti", 1],
      ["aud", 1],
      ["aud", []],
      ["aud", ["a", 1]],
      ["aud", ""],
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
    throws(
      () =>
        sign(
          {
            get a() {
              throw new RangeError("mine");
            },
          },
          key,
        ),
      (error) => error instanceof RangeError,
    );
    works();
  },
});
