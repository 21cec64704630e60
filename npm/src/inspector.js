// Reads tokens without a key, for both `portcullis` and `portcullis/inspect`.
import { EXPIRES_AT, ISSUED_AT, LEGACY, LONGEST_TOKEN, NOT_BEFORE, SECONDS_LEFT } from "./memory.js";
import { duration, nowFrom, readOptions, seconds } from "./options.js";

// crates/wasm/src/inspect.rs returns the index; tests/npm/rust-numbers.test.mjs compares the order.
const STATUS = ["current", "expired", "not-yet-valid", "never-expires"];
const OPTIONS = { __proto__: null, now: seconds, leeway: duration };

const date = (at) => (Number.isNaN(at) ? undefined : new Date(at * 1000));

/** Returns the functions that read tokens, for a module's exports and its memory. */
export function inspector(wasm, { writeToken, facts, header, claims, fail }) {
  function look(token, now, leeway) {
    const status = wasm.inspect(writeToken(token, LONGEST_TOKEN), now, leeway);
    if (status < 0) fail();
    return STATUS[status];
  }

  // Read the options before the token is written: a getter in them may call this function again and write another
  // token.
  function statusOf(token, options) {
    if (options === undefined) return look(token, Date.now() / 1000, 0);
    const { now = Date.now() / 1000, leeway = 0 } = readOptions(options, OPTIONS);
    return look(token, now, leeway);
  }

  return {
    decode(token) {
      if (!wasm.decode(writeToken(token, LONGEST_TOKEN))) fail();
      return { header: header(), claims: claims() };
    },

    inspect(token, options) {
      const status = statusOf(token, options);
      const found = facts();
      return {
        header: header(),
        claims: claims(),
        status,
        issuedAt: date(found[ISSUED_AT]),
        notBefore: date(found[NOT_BEFORE]),
        expiresAt: date(found[EXPIRES_AT]),
        secondsLeft: found[SECONDS_LEFT],
        legacy: found[LEGACY] === 1,
      };
    },

    expiresAt(token) {
      look(token, Date.now() / 1000, 0);
      return date(facts()[EXPIRES_AT]);
    },

    secondsLeft(token, options) {
      look(token, nowFrom(options), 0);
      return facts()[SECONDS_LEFT];
    },

    isExpired: (token, options) => statusOf(token, options) === "expired",
  };
}
