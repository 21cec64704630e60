// The options of verify, one by one.
import { at, NOW, signed } from "./support.mjs";

export default ({ verify, sign, ok, deepEqual, key, claims, token, refused, claimRefused, anError, check }) => ({
  "algorithms restricts the algorithms that the key allows": () => {
    check(token, { algorithms: ["HS256", "HS512"] });
    refused("token_algorithm_not_allowed", () => check(token, { algorithms: ["HS256"] }));
    anError(() => check(token, { algorithms: [] }));
    for (const wrong of [["none"], ["hs512"], ["HS512", "RS1"]])
      anError(() => check(token, { algorithms: wrong }), String(wrong));
  },

  "issuer is an exact string or a list of them": () => {
    const token = sign({ ...claims, iss: "https://a.test" }, key);
    for (const issuer of ["https://a.test", ["https://b.test", "https://a.test"]]) check(token, { issuer });
    for (const issuer of ["https://a.test/", "HTTPS://A.TEST", "", ["https://b.test"]]) {
      claimRefused("iss", () => check(token, { issuer }));
    }
    claimRefused("iss", () => check(sign(claims, key), { issuer: "https://a.test" }));
  },

  "the token must name the audience, alone or among others": () => {
    const to = (aud) => sign({ ...claims, aud }, key);
    for (const aud of ["api", ["web", "api"], ["api"]]) {
      check(to(aud), { audience: "api" });
      check(to(aud), { audience: ["x", "api"] });
      check(to(aud));
    }
    for (const aud of ["API", "api ", ["web"], undefined])
      claimRefused("aud", () => check(to(aud), { audience: "api" }));
  },

  "subject is an exact string": () => {
    check(token, { subject: "usr_1" });
    claimRefused("sub", () => check(token, { subject: "usr_2" }));
    claimRefused("sub", () => check(sign({ exp: NOW + 1 }, key), { subject: "usr_1" }));
  },

  "type must equal the header's typ": () => {
    const typed = (type) => sign(claims, key, { type });
    check(typed("at+jwt"), { type: "at+jwt" });
    claimRefused("typ", () => check(typed("at+jwt"), { type: "JWT" }));
    claimRefused("typ", () => check(token, { type: "at+jwt" }));
    check(typed("at+jwt"));
  },

  "leeway applies to both ends, and a token expires at its end": async () => {
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

  "maxAge counts from iat and then requires iat": async () => {
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

  "requiredClaims must be present, with any value": async () => {
    check(token, { requiredClaims: ["exp", "sub"] });
    claimRefused("jti", () => check(token, { requiredClaims: ["exp", "jti"] }));
    claimRefused("toString", () => check(token, { requiredClaims: ["exp", "toString"] }));
    const odd = await signed({ exp: NOW + 1, role: null, é: 0 });
    check(odd, { requiredClaims: ["exp", "role", "é"] });
    const over = await signed({ exp: NOW - 1 });
    refused("token_expired", () => check(over, { requiredClaims: [] }));
  },

  "maxTokenLength is in bytes, 8192 by default": async () => {
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
});
