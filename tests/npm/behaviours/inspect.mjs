// Reading a token without a key.
import { at, LEGACY, NOW, signed, unsigned } from "./support.mjs";

export default ({
  decode,
  inspect,
  expiresAt,
  secondsLeft,
  isExpired,
  ok,
  equal,
  deepEqual,
  claims,
  token,
  refused,
  claimRefused,
  check,
}) => ({
  "decode reads header and claims, whoever signed the token": async () => {
    deepEqual(decode(token), { header: { alg: "HS512", typ: "JWT" }, claims });
    deepEqual(decode(unsigned({ a: [1, { b: null }] }, { alg: "RS256", kid: "x", n: 1 })), {
      header: { alg: "RS256", kid: "x", n: 1 },
      claims: { a: [1, { b: null }] },
    });
    deepEqual(decode(unsigned({})).claims, {});
    deepEqual(decode(unsigned({ exp: "never" })).claims, { exp: "never" });
    for (const wrong of [
      unsigned("[]"),
      unsigned("1"),
      unsigned("null"),
      unsigned("{}", "[]"),
      unsigned('{"a":1,"a":1}'),
    ]) {
      refused("token_malformed", () => decode(wrong));
    }
  },

  "inspect says whether now is before, within or after the token's lifetime": () => {
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

  "inspect uses the clock unless it gets a time": () => {
    const clock = Math.floor(Date.now() / 1000);
    equal(inspect(unsigned({ exp: clock + 1000 })).status, "current");
    equal(inspect(unsigned({ exp: clock - 1000 })).status, "expired");
    equal(inspect(unsigned({ exp: clock + 1000 }), {}).status, "current");
    const left = secondsLeft(unsigned({ exp: clock + 1000 }));
    ok(left > 900 && left <= 1000.1, `${left}`);
  },

  "a token is expired from the second of its expiry on": () => {
    const token = unsigned({ exp: NOW });
    equal(inspect(token, { now: NOW }).status, "expired");
    equal(isExpired(token, { now: NOW }), true);
    equal(secondsLeft(token, { now: NOW }), 0);
    equal(isExpired(token, { now: NOW - 1 }), false);
    equal(isExpired(token, { now: NOW, leeway: 1 }), false);
    equal(isExpired(token, { now: NOW + 1, leeway: 1 }), true);
  },

  "a token without an expiry has never-expires, undefined, Infinity and false": () => {
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

  "expiresAt and secondsLeft are exact, even for distant dates": () => {
    deepEqual(expiresAt(unsigned({ exp: NOW + 0.25 })), at(NOW + 0.25));
    deepEqual(expiresAt(unsigned({ exp: 0 })), new Date(0));
    deepEqual(expiresAt(unsigned({ exp: -1 })), new Date(-1000));
    deepEqual(expiresAt(unsigned({ exp: 8.64e12 })), new Date(8.64e15));
    equal(secondsLeft(unsigned({ exp: NOW - 100 }), { now: NOW }), -100);
    equal(secondsLeft(unsigned({ exp: NOW + 100 }), { now: NOW + 0.5 }), 99.5);
    equal(secondsLeft(unsigned({ exp: 8.64e12 }), { now: 0 }), 8.64e12);
  },

  "inspect recognizes a token of itsdangerous, which is current until its last second ends": () => {
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

  "verify rejects every token of itsdangerous, expired or not": async () => {
    const header = { alg: "HS512", iat: NOW, exp: NOW + 600 };
    for (const claims of [{ id: 1 }, { id: 1, sub: "1" }]) {
      const token = await signed(claims, header);
      for (const options of [{}, { requiredClaims: [] }, { requiredClaims: ["id"] }]) {
        claimRefused("exp", () => check(token, options));
      }
      claimRefused("exp", () => check(token, { now: NOW + 5000, requiredClaims: [] }));
    }
  },
});
