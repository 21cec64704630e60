// The errors of a rejected token.
import { at, json, NOT_STRINGS, NOW, ODD_STRINGS, SECRET, signed } from "./support.mjs";

export default ({
  decode,
  inspect,
  expiresAt,
  secondsLeft,
  isExpired,
  verify,
  Verifier,
  TokenError,
  ok,
  equal,
  deepEqual,
  match,
  throws,
  key,
  token,
  refused,
  claimRefused,
  typeError,
  works,
  check,
}) => ({
  "a TokenError is an Error with a name, a code and the members of that code": async () => {
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
    check(future);
    claimRefused("iat", () => verify(future, key, { maxAge: 60, now: NOW }));
    equal(refused("token_malformed", () => check("x")).claim, undefined);
  },

  "a wrong signature gives one error, whatever else is wrong": async () => {
    const other = `${SECRET}!`;
    for (const claims of [
      { exp: NOW - 1 },
      { nbf: NOW + 9, exp: NOW + 10 },
      {},
      "[]",
      "no JSON",
      { exp: "x" },
      '{"a":1,"a":2}',
    ]) {
      const forged = await signed(claims, undefined, other);
      refused("token_signature_invalid", () => check(forged, { issuer: "x" }), json(claims));
    }
    const [head, body, signature] = token.split(".");
    for (const wrong of ["", "AA", signature.slice(0, 84), `${signature}AAAA`, "A".repeat(86)]) {
      refused("token_signature_invalid", () => check(`${head}.${body}.${wrong}`), wrong);
    }
  },

  "an expiry is only reported if nothing else is wrong": async () => {
    const over = await signed({ exp: NOW - 1, iss: "a", nbf: NOW + 5 });
    refused("token_not_yet_valid", () => check(over));
    claimRefused("iss", () => check(over, { issuer: "b", leeway: 5 }));
    refused("token_expired", () => check(over, { now: NOW + 5 }));
  },

  "a text that is not a token is token_malformed": async () => {
    const [head, body, signature] = token.split(".");
    const wrong = [
      ...ODD_STRINGS,
      `${head}.${body}`,
      `${token}.`,
      `${token}.${signature}.${signature}`,
      ` ${token}`,
      `${token}\n`,
      `Bearer ${token}`,
      `${head}=.${body}.${signature}`,
      `${head}.${body}.${signature}==`,
      `${head}.${body}.${signature.slice(0, -1)}+`,
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

  "a malformed date is token_claim_invalid and not treated as missing": async () => {
    for (const claim of ["exp", "nbf", "iat"]) {
      const dated = (value) => signed(claim === "exp" ? `{"exp":${value}}` : `{"exp":${NOW + 1},"${claim}":${value}}`);
      for (const value of ['"1"', "null", "true", "[]", "{}", "1e300", "-1e300", "99999999999999999999"]) {
        const odd = await dated(value);
        claimRefused(claim, () => check(odd, { requiredClaims: [] }));
        for (const look of [inspect, expiresAt, secondsLeft, isExpired]) claimRefused(claim, () => look(odd));
      }
      const beyond = await dated("1e400");
      throws(
        () => check(beyond, { requiredClaims: [] }),
        (error) => error instanceof TokenError,
      );
    }
    for (const value of [`${NOW + 1}.5`, "17e8", `${NOW}1e-1`]) {
      const fine = await signed(`{"exp":${value}}`);
      equal(check(fine, { now: NOW - 1 }).claims.exp, Number(value));
    }
  },

  "no message contains any part of the token": async () => {
    const private_ = "xyzzy-private";
    const wrong = [
      await signed({ exp: private_ }),
      await signed({ exp: 1, sub: private_ }),
      await signed({ iss: private_, exp: NOW + 1 }),
      await signed({ exp: NOW + 1 }, { alg: private_ }),
      await signed({ exp: NOW + 1 }, undefined, `${SECRET}${private_}`),
      await signed(`{"${private_}":1,"${private_}":2}`),
      `${private_}.${private_}.${private_}`,
      private_,
      token.slice(0, -1),
      await signed({ nbf: NOW + 5, jti: private_, exp: NOW + 9 }),
      await signed({ exp: NOW + 1, aud: [private_, 1] }),
    ];
    for (const token of wrong) {
      throws(
        () => verify(token, key, { now: NOW, issuer: "x", requiredClaims: [] }),
        (error) => {
          ok(error instanceof TokenError);
          for (const part of [private_, token, ...token.split(".").filter((part) => part.length > 8)]) {
            ok(!error.message.includes(part) && !JSON.stringify({ ...error }).includes(part), error.message);
          }
          return true;
        },
      );
    }
  },

  "an argument of a wrong type is a TypeError, and the next call works": () => {
    const verifier = new Verifier(key);
    const calls = {
      decode,
      inspect,
      expiresAt,
      secondsLeft,
      isExpired,
      verify: (x) => verify(x, key),
      Verifier: (x) => verifier.verify(x),
    };
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
});
