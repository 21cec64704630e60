import { Verifier as Module } from "../wasm/portcullis.js";
import { oneKeyOrSet } from "./key.js";
import { duration, length, nowFrom, oneOrMore, readOptions, seconds, text, texts } from "./options.js";

const OPTIONS = {
  __proto__: null,
  ...{ algorithms: texts, issuer: oneOrMore, audience: oneOrMore, subject: text, type: text, leeway: duration },
  ...{ maxAge: duration, requiredClaims: texts, maxTokenLength: length, now: seconds },
};

/** Returns `Verifier` and `verify`, which use the memory of the module's instance. */
export function verifier({ claims, fail, header, write, writeToken }) {
  let free;

  /** Reads keys and options once, to verify many tokens. */
  class Verifier {
    #verifier;
    #longest;
    #now;

    static {
      free = (verifier) => verifier.#verifier.free();
    }

    constructor(key, options) {
      const { leeway = NaN, maxAge = NaN, maxTokenLength = NaN, now, ...rest } = readOptions(options, OPTIONS);
      const json = JSON.stringify({ key: oneKeyOrSet(key), ...rest });
      this.#verifier = Module.read(write(json), leeway, maxAge, maxTokenLength) ?? fail();
      this.#longest = this.#verifier.longest;
      this.#now = now;
    }

    verify(token, at) {
      // Read the options before the token is written: a getter in them may call this method again.
      const now = nowFrom(at, this.#now);
      if (!this.#verifier.verify(writeToken(token, this.#longest), now)) fail();
      return { header: header(), claims: claims() };
    }
  }

  function verify(token, key, options) {
    const verifier = new Verifier(key, options);
    try {
      return verifier.verify(token);
    } finally {
      free(verifier); // Frees the module's memory now, not when the garbage collector runs.
    }
  }

  return { Verifier, verify };
}
