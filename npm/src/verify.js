import * as wasm from "../wasm/portcullis.js";
import { errorFrom, fail } from "./error.js";
import { read, writeToken } from "./memory.js";
import { checkOptions, nowFrom, seconds } from "./time.js";

let free;

/** Keys and options, read once and used for many tokens. */
export class Verifier {
  #verifier;
  #longest;
  #now;

  static {
    free = (verifier) => verifier.#verifier.free();
  }

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
    checkOptions(at, ["now"]);
    // Before the token is written: a getter may come back here.
    const now = nowFrom(at, this.#now);
    const length = writeToken(token, this.#longest);
    if (!this.#verifier.verify(length, now)) fail();
    return JSON.parse(read());
  }
}

export function verify(token, key, options) {
  const verifier = new Verifier(key, options);
  try {
    return verifier.verify(token);
  } finally {
    free(verifier); // There is no need to wait for the collector.
  }
}
