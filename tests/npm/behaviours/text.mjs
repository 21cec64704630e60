// Text, names and numbers of all kinds.
import { NOW, signed } from "./support.mjs";

export default ({ decode, inspect, verify, sign, ok, equal, deepEqual, key, refused, typeError, works, check }) => ({
  "unicode and escapes survive": async () => {
    const odd = {
      "ключ": "значение",
      "🦊": "\u{1F98A}",
      quote: '"\\/\b\f\n\r\t',
      control: "\0\u001f\u007f",
      line: "\u2028\u2029",
      "": "",
      bom: "\ufeff",
      nfd: "e\u0301",
    };
    const signed_ = sign({ ...odd, exp: NOW + 1, iat: NOW }, key, { issuer: 'Ünï "q" \\ \0 🦊', now: NOW });
    deepEqual(check(signed_).claims, { ...odd, exp: NOW + 1, iat: NOW, iss: 'Ünï "q" \\ \0 🦊' });
    check(signed_, { issuer: 'Ünï "q" \\ \0 🦊' });
    const escaped = await signed(
      `{"\\u0065xp":${NOW + 1},"iss":"\\u0061\\ud83e\\udd8a","aud":["\\u0061pi"],"n\\u0061me":"\\/\\u00e9"}`,
      '{"alg":"\\u0048S512","k\\u0069d":"x"}',
    );
    const { header, claims } = check(escaped, { issuer: "a🦊", audience: "api", requiredClaims: ["exp", "name"] });
    deepEqual(claims, { exp: NOW + 1, iss: "a🦊", aud: ["api"], name: "/é" });
    deepEqual(header, { alg: "HS512", kid: "x" });
  },

  "a claim named __proto__ is an ordinary member": async () => {
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

  "numbers are returned as they were signed": () => {
    const numbers = { a: 0, b: -1, c: 1.5, d: 2 ** 53 - 1, e: 1e21, f: 5e-324, g: -1e300, h: -0.1 };
    const { iat, ...out } = decode(sign(numbers, key, { now: NOW })).claims;
    equal(iat, NOW);
    deepEqual(out, numbers);
  },

  "claims may be large if the verifier allows it": () => {
    const big = { list: Array.from({ length: 20_000 }, (_, i) => `entry ${i}`), exp: NOW + 1, iat: NOW };
    const token = sign(big, key);
    ok(token.length > 300_000);
    refused("token_malformed", () => check(token));
    deepEqual(check(token, { maxTokenLength: token.length }).claims.list, big.list);
    works();
  },
});
