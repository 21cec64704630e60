import { Signer as Module } from "../wasm/portcullis.js";
import { oneKey } from "./key.js";
import { duration, flag, nowFrom, oneOrMore, readOptions, seconds, text } from "./options.js";

const OPTIONS = {
  __proto__: null,
  ...{ expiresIn: duration, notBefore: duration, issuer: text, audience: oneOrMore, subject: text },
  ...{ type: text, keyId: text, jwtId: flag, now: seconds },
};
// The bytes of a `jti`.
const RANDOM = 16;

/** Returns `Signer` and `sign`, which use the memory of the module's instance. */
export function signer({ fail, text: outcome, write, writeBehind }) {
  let free;

  /** Reads a key and options once, to sign many tokens. */
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
      // Read options and claims before the claims are written: a getter or a toJSON may call this method again.
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
      free(signer); // Frees the module's memory now, not when the garbage collector runs.
    }
  }

  return { Signer, sign };
}
