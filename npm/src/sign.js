import { Signer as Module } from "../wasm/portcullis.js";
import { oneKey } from "./key.js";
import { duration, flag, nowFrom, oneOrMore, readOptions, seconds, text } from "./options.js";

const OPTIONS = {
  __proto__: null,
  ...{ expiresIn: duration, notBefore: duration, issuer: text, audience: oneOrMore, subject: text },
  ...{ type: text, keyId: text, jwtId: flag, now: seconds },
};
// Of the id of a token.
const RANDOM = 16;

/** `Signer` and `sign`, with the memory of the module's instance. */
export function signer({ fail, text: outcome, write, writeBehind }) {
  let free;

  /** A key and options, read once and used for many tokens. */
  class Signer {
    #signer;
    #random;
    #now;

    static {
      free = (signer) => signer.#signer.free();
    }

    constructor(key, options) {
      const { expiresIn = NaN, notBefore = NaN, now, ...rest } = readOptions(options, OPTIONS);
      const json = JSON.stringify({ key: oneKey(key), ...rest });
      this.#signer = Module.read(write(json), expiresIn, notBefore) ?? fail();
      this.#random = rest.jwtId ? RANDOM : 0;
      this.#now = now;
    }

    sign(claims, at) {
      if (typeof claims !== "object" || claims === null || Array.isArray(claims)) {
        throw new TypeError("claims must be an object");
      }
      // Before they are written: a getter or a toJSON may come back here.
      const now = nowFrom(at, this.#now);
      const json = JSON.stringify(claims);
      if (json === undefined) throw new TypeError("claims must be an object");
      const length = write(json, this.#random);
      if (this.#random > 0) writeBehind(length, crypto.getRandomValues(new Uint8Array(this.#random)));
      if (!this.#signer.sign(length, now)) fail();
      return outcome();
    }
  }

  function sign(claims, key, options) {
    const signer = new Signer(key, options);
    try {
      return signer.sign(claims);
    } finally {
      free(signer); // There is no need to wait for the collector.
    }
  }

  return { Signer, sign };
}
