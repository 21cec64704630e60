// The entry that only reads tokens, next to the main entry.
import { NOW, unsigned } from "./support.mjs";

const NAMES = ["decode", "inspect", "expiresAt", "secondsLeft", "isExpired", "TokenError"];

export default ({ portcullis, reading, ok, equal, deepEqual, throws }) => ({
  "it exports the functions that read without a key, and their error": () => {
    deepEqual(
      Object.keys(reading)
        .filter((name) => name !== "default")
        .sort(),
      [...NAMES].sort(),
    );
  },

  "its error class is that of portcullis, and its functions are its own": () => {
    equal(reading.TokenError, portcullis.TokenError);
    ok(reading.inspect !== portcullis.inspect);
    throws(
      () => reading.decode("a.b.c"),
      (error) => error instanceof portcullis.TokenError && error.code === "token_malformed",
    );
  },

  "both entries in one program do not mix up their tokens": () => {
    for (let n = 1; n < 20; n++) {
      const [one, other] = [
        unsigned({ n, exp: NOW }),
        unsigned({ n: -n, exp: NOW + 1 }, { alg: "HS256", kid: `${n}` }),
      ];
      const [here, there] = [reading.inspect(one, { now: NOW }), portcullis.inspect(other, { now: NOW })];
      deepEqual([here.claims.n, here.status, here.header], [n, "expired", { alg: "HS512" }]);
      deepEqual([there.claims.n, there.status, there.header], [-n, "current", { alg: "HS256", kid: `${n}` }]);
    }
  },
});
