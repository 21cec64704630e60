// Options that are wrong, unusual or missing.
import { NOW } from "./support.mjs";

const show = (value) => `${Object.prototype.toString.call(value)} ${JSON.stringify(value)}`;

export default ({
  inspect,
  isExpired,
  secondsLeft,
  verify,
  sign,
  Verifier,
  Signer,
  equal,
  deepEqual,
  key,
  token,
  refused,
  typeError,
  passes,
  anError,
  works,
  check,
}) => ({
  "an option that contains itself is a TypeError, and the next call works": () => {
    const self = [];
    self.push(self);
    for (const name of ["issuer", "audience", "algorithms", "requiredClaims"]) {
      typeError(() => verify(token, key, { [name]: self }), name);
    }
    typeError(() => sign({}, key, { audience: self }), "audience of sign");
    for (const odd of [
      { ...key, kty: self },
      { ...key, key_ops: self },
      { keys: self },
      { keys: [{ ...key, k: self }] },
    ]) {
      refused("key_invalid", () => verify(token, odd, { now: NOW }));
    }
    equal(
      passes(() => verify(token, key, { now: NOW })),
      true,
    );
  },
  "an error about an option names it": () => {
    const named = (call, name) => {
      try {
        call();
      } catch (error) {
        return error instanceof TypeError && error.message.includes(`"${name}"`);
      }
      return false;
    };
    equal(
      named(() => verify(token, key, { isuer: "x" }), "isuer"),
      true,
    );
    equal(
      named(() => verify(token, key, { issuer: "x", leeway: "5" }), "leeway"),
      true,
    );
    equal(
      named(() => verify(token, key, { audience: [] }), "audience"),
      true,
    );
    equal(
      named(() => verify(token, key, { subject: null }), "subject"),
      true,
    );
    equal(
      named(() => sign({}, key, { expiresIn: "1h" }), "expiresIn"),
      true,
    );
    equal(
      named(() => sign({}, key, { issuer: "\ud800" }), "issuer"),
      true,
    );
    equal(
      named(() => inspect(token, { nwo: 1 }), "nwo"),
      true,
    );
  },
  "an unknown option of verify or one of a wrong type is a TypeError": () => {
    const wrong = [
      { audiences: "api" },
      { iss: "x" },
      { Issuer: "x" },
      { ignoreExpiration: true },
      { clockTolerance: 5 },
      { alg: "HS512" },
      { undefined: 1 },
      { algorithms: "HS512" },
      { algorithms: [1] },
      { algorithms: {} },
      { issuer: 1 },
      { issuer: [] },
      { issuer: [1] },
      { issuer: {} },
      { issuer: true },
      { audience: 1 },
      { audience: [] },
      { audience: ["a", 1] },
      { subject: 1 },
      { subject: ["a"] },
      { type: 1 },
      { type: {} },
      { leeway: "1" },
      { leeway: -1 },
      { leeway: NaN },
      { leeway: Infinity },
      { maxAge: "1" },
      { maxAge: -1 },
      { maxAge: NaN },
      { maxAge: "1h" },
      { requiredClaims: "exp" },
      { requiredClaims: [1] },
      { requiredClaims: {} },
      { maxTokenLength: -1 },
      { maxTokenLength: 1.5 },
      { maxTokenLength: "9" },
      { maxTokenLength: NaN },
      { now: "1" },
      { now: NaN },
      { now: Infinity },
      { now: new Date() },
    ];
    const bad = wrong.filter((options) => {
      // Leave out the time of the call, which would replace a wrong time in the options.
      const inVerifier = () => new Verifier(key, options).verify(token, "now" in options ? {} : { now: NOW });
      return passes(() => verify(token, key, { now: NOW, ...options })) || passes(inVerifier);
    });
    for (const options of [1, "leeway", true, Symbol("x")])
      typeError(() => verify(token, key, options), String(options));
    deepEqual(
      bad.map((options) => JSON.stringify(options)),
      [],
    );
    works();
  },

  "an option that is null is a TypeError, so that no intended check is left out": () => {
    const names = [
      "algorithms",
      "issuer",
      "audience",
      "subject",
      "type",
      "leeway",
      "maxAge",
      "requiredClaims",
      "maxTokenLength",
    ];
    deepEqual(
      names.filter((name) => passes(() => check(token, { [name]: null }))),
      [],
    );
    const forSign = ["expiresIn", "notBefore", "issuer", "audience", "subject", "type", "keyId", "jwtId", "now"];
    deepEqual(
      forSign.filter((name) => passes(() => sign({}, key, { [name]: null }))),
      [],
    );
  },

  "an option that is undefined counts as missing": () => {
    const none = { algorithms: undefined, issuer: undefined, audience: undefined, subject: undefined, type: undefined };
    check(token, {
      ...none,
      leeway: undefined,
      maxAge: undefined,
      requiredClaims: undefined,
      maxTokenLength: undefined,
    });
    verify(sign({}, key, { expiresIn: 60 }), key, undefined);
    sign({}, key, {
      expiresIn: undefined,
      issuer: undefined,
      audience: undefined,
      keyId: undefined,
      jwtId: undefined,
      now: undefined,
    });
  },

  "an unknown option of sign or one of a wrong type is a TypeError": () => {
    const wrong = [
      { expires: 1 },
      { exp: 1 },
      { algorithm: "HS512" },
      { header: {} },
      { noTimestamp: true },
      { expiresIn: "1h" },
      { expiresIn: -1 },
      { expiresIn: NaN },
      { expiresIn: Infinity },
      { notBefore: "1" },
      { notBefore: -1 },
      { issuer: 1 },
      { issuer: ["a"] },
      { audience: 1 },
      { audience: [] },
      { audience: [1] },
      { subject: 1 },
      { type: 1 },
      { keyId: 1 },
      { jwtId: "yes" },
      { jwtId: 1 },
      { now: "1" },
      { now: NaN },
      { now: 1e300 },
    ];
    const bad = wrong.filter((options) => passes(() => sign({}, key, options)));
    deepEqual(
      bad.map((options) => JSON.stringify(options)),
      [],
    );
    anError(() => sign({}, key, { keyId: "" }));
    anError(() => sign({}, key, { keyId: "x".repeat(257) }));
    for (const options of [1, "expiresIn", true]) typeError(() => sign({}, key, options), String(options));
    works();
  },

  "the options of a single call to a Verifier or a Signer are checked as well": () => {
    const verifier = new Verifier(key);
    const signer = new Signer(key);
    for (const wrong of [
      { leewy: 1 },
      { leeway: 1 },
      { issuer: "x" },
      { now: "1" },
      { now: null },
      5,
      "now",
      null,
      new Map(),
    ]) {
      typeError(() => verifier.verify(token, wrong), `verify ${show(wrong)}`);
    }
    for (const wrong of [{ nwo: 1 }, { expiresIn: 1 }, { now: "1" }, { now: null }, 5, "now", null, new Map()]) {
      typeError(() => signer.sign({}, wrong), `sign ${show(wrong)}`);
    }
    for (const none of [undefined, {}, { now: undefined }]) signer.sign({}, none);
    works();
  },

  "options that are not a plain object are a TypeError, because nothing in them would be read": () => {
    for (const wrong of [
      5,
      true,
      "now",
      new Map(),
      new Map([["issuer", "x"]]),
      new Set(),
      new Date(),
      ["issuer"],
      () => {},
    ]) {
      typeError(() => verify(token, key, wrong), `verify ${show(wrong)}`);
      typeError(() => sign({}, key, wrong), `sign ${show(wrong)}`);
      for (const look of [inspect, isExpired, secondsLeft])
        typeError(() => look(token, wrong), `${look.name} ${show(wrong)}`);
    }
    works();
  },

  "options without a prototype work": () => {
    const bare = (value) => Object.assign(Object.create(null), value);
    const signer = new Signer(bare(key), bare({ expiresIn: 60 }));
    const token = signer.sign(bare({ a: 1 }), bare({ now: NOW }));
    equal(new Verifier(bare(key), bare({ leeway: 0 })).verify(token, bare({ now: NOW })).claims.a, 1);
    equal(inspect(token, bare({ now: NOW })).secondsLeft, 60);
    typeError(() => verify(token, key, bare({ leewy: 1 })));
  },

  "a text with a lone surrogate is a TypeError, because its UTF-8 would stand for another text": () => {
    const odd = ["\ud800", "a\udc00b", "\udc00\ud800"];
    for (const text of odd) {
      for (const name of ["issuer", "audience", "subject", "type"]) {
        typeError(() => check(token, { [name]: text }), `verify ${name}`);
        typeError(() => sign({}, key, { [name]: text }), `sign ${name}`);
      }
      for (const name of ["issuer", "audience", "requiredClaims"]) {
        typeError(() => check(token, { [name]: ["exp", text] }), `verify ${name} in an array`);
      }
      typeError(() => check(token, { algorithms: ["HS512", text] }), "algorithms");
      typeError(() => sign({}, key, { audience: ["a", text] }), "sign audience in an array");
      typeError(() => sign({}, key, { keyId: text }), "keyId");
    }
    works();
  },
});
