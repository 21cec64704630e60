// The claims. The module reuses the member names of the previous token, which must never show in
// the claims of the next token.
import { NOW, SECRET, signed, unsigned } from "./support.mjs";

const TEXTS = [
  "{}",
  '{"exp":1700000600}',
  '{"sub":"usr_1","exp":1700000600,"iat":1699999940}',
  '{"sub":"usr_2","exp":1700000601,"iat":1699999941}',
  '{"sub":2,"exp":1700000601,"iat":"x"}',
  '{"iat":1699999941,"sub":"usr_2","exp":1700000601}',
  '{ "sub" : "usr_2" , "exp" : 1700000601 , "iat" : 1699999941 }\n',
  '{"a":true,"b":false,"c":null,"d":0,"e":-0,"f":-1,"g":1.5,"h":1e3,"i":1E-7,"j":0.1}',
  '{"a":false,"b":true,"c":0,"d":null,"e":0,"f":1,"g":15e-1,"h":1000,"i":"","j":[]}',
  '{"n":999999999999999,"m":9999999999999999,"o":9007199254740993,"p":123456789012345678901234567890}',
  '{"list":[1,"two",{"three":[4]}],"deep":{"a":{"b":{"c":[]}}},"empty":{},"none":[]}',
  '{"list":"","deep":"{}","empty":"\\"","none":"\\u0041\\n"}',
  '{"s":"a\\"b\\\\c\\/d\\b\\f\\n\\r\\t","t":"\\ud83d\\ude00","u":"\\u0000"}',
  '{"é":1,"ö":"ü"}',
  '{"name":"Ünïcödé","exp":1}',
  '{"name":"plain","exp":1}',
  '{"\\u006eame":"plain","exp":1}',
  '{"2":"b","1":"a","x":0}',
  '{"x":0,"10":1,"9":2}',
  '{"__proto__":{"admin":true},"x":1}',
  '{"constructor":1,"toString":"x","valueOf":null,"hasOwnProperty":[]}',
  '{"":"","exp":1}',
  '{"exactly8":1,"exactly9_":2,"exactly9+":3}',
  '{"exactly8":1,"exactly9_":2,"exactly9-":3}',
  `{${Array.from({ length: 16 }, (_, i) => `"m${i}":${i}`).join(",")}}`,
  `{${Array.from({ length: 17 }, (_, i) => `"m${i}":${i}`).join(",")}}`,
  `{"long":"${"x".repeat(3000)}","exp":1}`,
  '{"proto":{"__proto__":1}}',
];

export default ({ decode, inspect, verify, Verifier, secretKey, equal, deepEqual, refused }) => {
  // Values, member order, prototypes and the sign of zero.
  const same = (claims, text) => {
    const expected = JSON.parse(text);
    deepEqual(claims, expected, text);
    equal(JSON.stringify(claims), JSON.stringify(expected), text);
    equal(Object.getPrototypeOf(claims), Object.prototype);
    for (const [name, value] of Object.entries(expected))
      equal(Object.is(claims[name], value) || typeof value === "object", true, text);
  };
  const datesAreWrong = (text) =>
    ["exp", "iat", "nbf"].some((name) => !["number", "undefined"].includes(typeof JSON.parse(text)[name]));

  return {
    "claims are as JSON.parse reads them, for one token after the other": () => {
      for (let round = 0; round < 4; round++) for (const text of TEXTS) same(decode(unsigned(text)).claims, text);
      for (const text of TEXTS) for (let round = 0; round < 4; round++) same(decode(unsigned(text)).claims, text);
      // The same tokens in a mixed order.
      let place = 1;
      for (let round = 0; round < 400; round++) {
        place = (place * 48271) % 2147483647;
        const text = TEXTS[place % TEXTS.length];
        same(decode(unsigned(text)).claims, text);
        if (!datesAreWrong(text)) same(inspect(unsigned(text), { now: NOW }).claims, text);
      }
    },

    "a verifier returns claims of all kinds as they were signed": async () => {
      const key = secretKey(SECRET, "HS512");
      const verifier = new Verifier(key, { requiredClaims: [], now: 0 });
      const texts = TEXTS.filter((text) => !datesAreWrong(text) && !/"(exp|iat)":1[,}]|"iat"|"sub":2/.test(text));
      const tokens = await Promise.all(texts.map((text) => signed(text)));
      for (let round = 0; round < 3; round++)
        tokens.forEach((token, i) => same(verifier.verify(token).claims, texts[i]));
      for (let i = 0; i < texts.length; i++)
        same(verify(tokens[i], key, { requiredClaims: [], now: 0 }).claims, texts[i]);
    },

    "a rejected token leaves no member names for the next token": async () => {
      const good = '{"sub":"a","role":"user","exp":1700000600}';
      const key = secretKey(SECRET, "HS512");
      const verifier = new Verifier(key, { now: NOW });
      const token = await signed(good);
      const swapped = '{"role":"a","sub":"user","exp":1700000600}';
      const over = await signed(swapped.replace("1700000600", "1"));
      const broken = await signed(swapped.slice(0, -1));
      const twice = await signed('{"role":"a","sub":"user","role":"admin","exp":1700000600}');
      const undated = await signed('{"role":"a","sub":"user","exp":"x"}');
      const [code, call] = [[], (text) => verifier.verify(text)];
      for (const [wrong, name] of [
        [over, "token_expired"],
        [broken, "token_malformed"],
        [twice, "token_malformed"],
        [undated, "token_claim_invalid"],
      ]) {
        for (let round = 0; round < 3; round++) {
          same(call(token).claims, good);
          code.push(refused(name, () => call(wrong)).code);
          same(call(token).claims, good);
          same(decode(unsigned(swapped)).claims, swapped);
          refused(name, () => call(wrong));
          same(decode(unsigned(swapped)).claims, swapped);
          same(decode(unsigned(good)).claims, good);
        }
      }
      equal(code.length, 12);
    },

    "claims that a caller changes do not change the claims of another caller": () => {
      const text = '{"sub":"a","list":[1,{"b":2}],"exp":1}';
      for (let round = 0; round < 4; round++) {
        const { claims } = decode(unsigned(text));
        same(claims, text);
        claims.sub = "changed";
        claims.list[1].b = "changed";
        delete claims.exp;
        claims.more = 1;
      }
    },
  };
};
