// Reading without a key is JavaScript, and verifying is the core in WebAssembly. Both must accept the same tokens, and
// give the same reasons and dates.
import { at, json, NOW, SECRET, signed, unsigned } from "./support.mjs";

const deep = (depth) => `${"[".repeat(depth)}1${"]".repeat(depth)}`;
const repeated = (count) => Array.from({ length: count }, (_, n) => `"n${n}":${n}`).join();

// Values of a claim, as JSON.
const VALUES = [
  ...[
    "0",
    "-0",
    "1",
    "-1",
    "1.5",
    "1e3",
    "1E-3",
    "1e308",
    "1.7976931348623157e308",
    "1e309",
    "-1e999",
    "01",
    "1.",
    ".5",
  ],
  ...[
    "+1",
    "0x1",
    "NaN",
    "Infinity",
    "true",
    "false",
    "null",
    "True",
    "undefined",
    '""',
    '"x"',
    "'x'",
    '"\t"',
    '"\\t"',
  ],
  ...[
    '"\\x41"',
    '"\\u0041"',
    '"\\U0041"',
    '"\\ud83d\\ude00"',
    '"\\ud83d"',
    '"\\ude00"',
    '"\\ud83d\\u0041"',
    '"\\\\ud83d"',
  ],
  ...['"é😀"', '"\u2028"', '"\u0000"', '"\\u0000"', "[]", "{}", "[1,]", "[,1]", "{,}", '{"a":1,}', "[1 2]", "[[],{}]"],
  ...[
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '[{"b":{"c":1,"c":2}}]',
    '{"a":{"a":1}}',
    '[{"a":1},{"a":1}]',
    '{"__proto__":1}',
  ],
  ...[
    '{"__proto__":1,"__proto__":2}',
    '{"a:b":":","a":":"}',
    '{"a\\"":1,"a\\\\":2}',
    '{"\\ud800":1}',
    deep(29),
    deep(30),
    deep(31),
  ],
  ...[
    deep(40),
    deep(3000),
    `{${repeated(11)}}`,
    `{${repeated(40)}}`,
    `{${repeated(40)},"n1":0}`,
    "/* a */1",
    "1//a",
    "",
  ],
];
const PAYLOADS = [
  ...VALUES.map((value) => `{"exp":${NOW + 60},"x":${value}}`),
  ...["exp", "nbf", "iat"].flatMap((name) => VALUES.map((value) => `{"${name}":${value}}`)),
  ...[
    "",
    " ",
    "{}",
    " {} ",
    "\n{}\t\r",
    "{}{}",
    "{}x",
    "[]",
    "1",
    '"x"',
    "null",
    "{",
    "}",
    '{"a"}',
    "{a:1}",
    "\u00a0{}",
    "\ufeff{}",
  ],
  ...['{"exp":1,"exp":1}', '{"\\u0065xp":1}', '{"":1,"":2}', '{"toString":1,"constructor":2}', '{"1":1,"0":2}'],
  ...[
    "8.64e12",
    "8640000000001",
    "-8.64e12",
    "-8640000000001",
    "1e300",
    `${NOW}.25`,
    `${NOW}.1234567`,
    `${NOW}00e-2`,
  ].map((value) => `{"exp":${value},"iat":${value},"nbf":${value}}`),
];
const HEADERS = [
  ...VALUES.flatMap((value) => ["alg", "kid", "typ", "x", "crit"].map((name) => `{"${name}":${value},"alg":"HS512"}`)),
  ...VALUES.map((value) => `{"alg":${value}}`),
  ...["crit", "b64", "enc", "zip", "p2c"].map((name) => `{"alg":"HS512","${name}":null}`),
  ...["", "{}", "[]", '{"ALG":"HS512"}', '{"\\u0061lg":"HS512"}', '{"alg":"HS512","\\u0063rit":[]}', "\ufeff{}"],
  ...[256, 257].map((length) => `{"alg":"HS512","kid":"${"k".repeat(length)}"}`),
  ...[128, 129].map((length) => `{"alg":"HS512","kid":"${"é".repeat(length)}"}`),
];

export default ({ decode, inspect, Verifier, secretKey, ok, equal, deepEqual, typeError }) => {
  const verifier = new Verifier(secretKey(SECRET, "HS512"), { requiredClaims: [] });
  const outcome = (call) => {
    try {
      return call();
    } catch ({ code, claim, message }) {
      return { code, claim, message };
    }
  };
  const same = (one, other, what) => equal(JSON.stringify(one), JSON.stringify(other), what);

  return {
    "decode and verify accept the same claims, and reject the others for the same reason": async () => {
      let accepted = 0;
      for (const payload of PAYLOADS) {
        const token = await signed(payload);
        const read = outcome(() => decode(token));
        const verified = outcome(() => verifier.verify(token, { now: NOW }));
        if (read.code === undefined) accepted++;
        if (read.code === "token_malformed") same(read, verified, payload);
        else ok(verified.code !== "token_malformed", `${payload}: ${verified.message}`);
        if (verified.code === undefined) same(read, verified, payload);
      }
      ok(accepted > 50 && accepted < PAYLOADS.length - 50, `${accepted} of ${PAYLOADS.length}`);
    },

    "decode and verify accept the same headers": async () => {
      for (const header of HEADERS) {
        const token = await signed("{}", header);
        const [read, verified] = [decode, verifier.verify.bind(verifier)].map((call) => outcome(() => call(token)));
        equal(read.code === "token_malformed", verified.code === "token_malformed", header);
        if (verified.code === undefined) same(read, verified, header);
      }
    },

    "inspect and verify agree on dates": async () => {
      for (const payload of PAYLOADS) {
        const token = await signed(payload);
        const read = outcome(() => inspect(token, { now: NOW }));
        const verified = outcome(() => verifier.verify(token, { now: NOW }));
        // verify looks at `iat` only if it must, so inspect rejects more.
        if (verified.code === "token_claim_invalid") equal(read.claim, verified.claim, payload);
        if (verified.code === "token_expired") equal(read.status, "expired", payload);
        if (verified.code === "token_not_yet_valid") equal(read.status, "not-yet-valid", payload);
        if (verified.code === undefined && read.code === undefined)
          ok(["current", "never-expires"].includes(read.status), payload);
      }
    },

    "decode and verify accept the same base64url": async () => {
      const token = await signed({ exp: NOW + 60 });
      const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \n.é";
      const [header, payload, signature] = token.split(".");
      const last = (part) => [...alphabet].map((character) => part.slice(0, -1) + character);
      const variants = [
        ...last(header).map((part) => `${part}.${payload}.${signature}`),
        ...last(payload).map((part) => `${header}.${part}.${signature}`),
        ...last(signature).map((part) => `${header}.${payload}.${part}`),
        ...[
          `${token}A`,
          `${token}AA`,
          `${token}AAA`,
          ` ${token}`,
          `${token} `,
          `${token}=`,
          `Bearer ${token}`,
          `${token}.`,
        ],
      ];
      for (const variant of variants) {
        const [read, verified] = [decode, verifier.verify.bind(verifier)].map((call) => outcome(() => call(variant)));
        // verify looks at the claims only behind a right signature.
        if (verified.code === "token_malformed") equal(read.code, "token_malformed", variant);
        if (read.code === undefined) ok(verified.code !== "token_malformed", variant);
      }
    },

    "UTF-8 is read strictly": () => {
      const part = (...bytes) =>
        btoa(String.fromCharCode(...bytes))
          .replaceAll("+", "-")
          .replaceAll("/", "_")
          .replaceAll("=", "");
      const quoted = (...bytes) =>
        part(...new TextEncoder().encode('{"a":"'), ...bytes, ...new TextEncoder().encode('"}'));
      const wrong = [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82], [0x80]];
      const header = part(...new TextEncoder().encode('{"alg":"HS512"}'));
      for (const bytes of wrong) {
        const { code, message } = outcome(() => decode(`${header}.${quoted(...bytes)}.`));
        equal(code, "token_malformed");
        ok(/UTF-8/.test(message), message);
      }
      equal(decode(`${header}.${quoted(0xf0, 0x9f, 0x98, 0x80)}.`).claims.a, "😀");
    },

    "each cause has a message of its own": () => {
      const messages = [
        ...['{"a":1,"a":1}', '{"a":1e999}', '{"a":"\\ud800"}', `{"a":${deep(40)}}`, "[]"].map((text) => unsigned(text)),
        ...[
          "a.b",
          `${unsigned({})}=`,
          unsigned({ a: "x".repeat(9000) }),
          unsigned({}, { alg: 1 }),
          unsigned({}, { alg: "x", crit: [] }),
        ],
      ].map((token) => outcome(() => decode(token)).message);
      equal(new Set(messages).size, messages.length, json(messages));
    },

    "a member of Object.prototype is no claim and no member of a header": () => {
      Object.defineProperty(Object.prototype, "exp", { value: 1, configurable: true, writable: true });
      try {
        equal(inspect(unsigned({})).status, "never-expires");
        deepEqual(inspect(unsigned({ iat: NOW })).issuedAt, at(NOW));
      } finally {
        delete Object.prototype.exp;
      }
    },

    "maxTokenLength allows a longer token, or only a shorter one": () => {
      const long = unsigned({ groups: Array.from({ length: 200 }, () => crypto.randomUUID()), exp: NOW });
      ok(long.length > 10_000);
      const calls = [decode, inspect];
      for (const call of calls) {
        equal(outcome(() => call(long)).code, "token_malformed");
        equal(call(long, { maxTokenLength: 20_000 }).claims.groups.length, 200);
        equal(outcome(() => call(unsigned({}), { maxTokenLength: 10 })).code, "token_malformed");
        for (const wrong of [-1, 1.5, "1", NaN]) typeError(() => call(long, { maxTokenLength: wrong }));
      }
    },
  };
};
