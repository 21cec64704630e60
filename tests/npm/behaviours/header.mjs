// The header. The module does not parse the text of a header again that it has read before, which must never show.
import { NOW, unsigned } from "./support.mjs";

export default ({ decode, inspect, ok, equal, deepEqual, refused }) => {
  const headerOf = (header) => decode(unsigned({ exp: NOW }, header)).header;
  return {
    "a header that a caller changes does not change the header of another caller": () => {
      for (const header of [
        { alg: "HS512" },
        { alg: "HS512", deep: { list: [1, { a: 2 }] } },
        { alg: "HS512", list: [[]] },
      ]) {
        for (let n = 0; n < 3; n++) {
          const mine = headerOf(header);
          deepEqual(mine, header);
          mine.alg = "none";
          mine.more = true;
          if (mine.deep) mine.deep.list[1].a = "changed";
          if (mine.list) mine.list.push(1);
          deepEqual(inspect(unsigned({ exp: NOW }, header), { now: NOW }).header, header);
        }
      }
    },

    "different headers one after the other are each returned unchanged": () => {
      const headers = [
        { alg: "HS256" },
        { alg: "HS512" },
        { alg: "HS512", kid: "a" },
        { alg: "HS512", kid: "b" },
        { kid: "b", alg: "HS512" },
      ];
      for (let n = 0; n < 30; n++) {
        const header = headers[(n * 7) % headers.length];
        deepEqual(headerOf(header), header);
        deepEqual(Object.keys(headerOf(header)), Object.keys(header));
      }
    },

    "the token after a rejected token has its own header": () => {
      const [good, other] = [
        { alg: "HS512", kid: "good" },
        { alg: "HS512", kid: "other" },
      ];
      deepEqual(headerOf(good), good);
      refused("token_malformed", () => decode(unsigned("[]", other)));
      deepEqual(headerOf(good), good);
      refused("token_malformed", () => decode(`${unsigned({}, other)}!`));
      refused("token_malformed", () => decode(unsigned({}, "[]")));
      deepEqual(headerOf(good), good);
      deepEqual(headerOf(other), other);
    },

    "a header member named __proto__ is an ordinary member": () => {
      for (const text of [
        '{"alg":"HS512","__proto__":{"admin":true}}',
        '{"__proto__":1,"alg":"HS512"}',
        '{"\\u005f_proto__":null,"alg":"HS512","constructor":"x"}',
      ]) {
        for (let n = 0; n < 3; n++) {
          const header = headerOf(text);
          equal(Object.getPrototypeOf(header), Object.prototype);
          ok(Object.hasOwn(header, "__proto__"));
          equal(header.admin, undefined);
          deepEqual(JSON.stringify(header), JSON.stringify(JSON.parse(text)));
        }
      }
    },
  };
};
