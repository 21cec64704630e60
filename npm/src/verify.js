import * as wasm from "../wasm/portcullis.js";
import { errorFrom, fail } from "./error.js";
import { read, writeToken } from "./memory.js";
import { nowFrom, seconds } from "./time.js";

/** Keys and options, read once and used for many tokens. */
export class Verifier {
  #verifier;
  #longest;
  #now;

  constructor(key, options) {
    try {
      this.#verifier = new wasm.Verifier(key, options);
    } catch (failure) {
      throw errorFrom(failure);
    }
    this.#longest = this.#verifier.longest;
    this.#now = seconds(options?.now, undefined);
  }

  verify(token, at) {
    const length = writeToken(token, this.#longest);
    const now = at?.now === undefined && this.#now !== undefined ? this.#now : nowFrom(at);
    if (!this.#verifier.verify(length, now)) fail();
    return JSON.parse(read());
  }

  /** For `verify` below: there is no need to wait for the collector. */
  static once(token, key, options) {
    const once = new Verifier(key, options);
    try {
      return once.verify(token);
    } finally {
      once.#verifier.free();
    }
  }
}

export const verify = (token, key, options) => Verifier.once(token, key, options);
