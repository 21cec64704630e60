import * as wasm from "../wasm/portcullis.js";
import { errorFrom, fail } from "./error.js";
import { read, write } from "./memory.js";
import { nowFrom, seconds } from "./time.js";

/** A key and options, read once and used for many tokens. */
export class Signer {
  #signer;
  #now;

  constructor(key, options) {
    try {
      this.#signer = new wasm.Signer(key, options);
    } catch (failure) {
      throw errorFrom(failure);
    }
    this.#now = seconds(options?.now, undefined);
  }

  sign(claims, at) {
    if (typeof claims !== "object" || claims === null || Array.isArray(claims)) {
      throw new TypeError("claims must be an object");
    }
    const json = JSON.stringify(claims);
    if (json === undefined) throw new TypeError("claims must be an object");
    const now = at?.now === undefined && this.#now !== undefined ? this.#now : nowFrom(at);
    if (!this.#signer.sign(write(json), now)) fail();
    return read();
  }

  /** For `sign` below: there is no need to wait for the collector. */
  static once(claims, key, options) {
    const once = new Signer(key, options);
    try {
      return once.sign(claims);
    } finally {
      once.#signer.free();
    }
  }
}

export const sign = (claims, key, options) => Signer.once(claims, key, options);
