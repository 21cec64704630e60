import { Verifier as Module } from "../wasm/portcullis.js";
import { oneKeyOrSet } from "./key.js";
import { duration, length, nowFrom, oneOrMore, readOptions, seconds, text, texts } from "./options.js";

const OPTIONS = {
  __proto__: null,
  ...{ algorithms: texts, issuer: oneOrMore, audience: oneOrMore, subject: text, type: text, leeway: duration },
  ...{ maxAge: duration, requiredClaims: texts, maxTokenLength: length, now: seconds },
};

/** `Verifier` and `verify`, with the memory of the module's instance. */
export function verifier({ claims, fail, header, write, writeToken }) {
  let free;

  /** Keys and options, read once and used for many tokens. */
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
      // Before the token is written: a getter may come back here.
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
      free(verifier); // There is no need to wait for the collector.
    }
  }

  return { Verifier, verify };
}
