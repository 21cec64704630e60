import * as wasm from "../wasm/portcullis.js";
import { errorFrom, fail } from "./error.js";
import { read, write } from "./memory.js";
import { checkOptions, nowFrom, seconds } from "./time.js";

let free;

/** A key and options, read once and used for many tokens. */
export class Signer {
  #signer;
  #now;

  static {
    free = (signer) => signer.#signer.free();
  }

  constructor(key, options) {
    try {
      this.#signer = new wasm.Signer(key, options);
    } catch (failure) {
      throw errorFrom(failure);
    }
    this.#now = seconds(options?.now, undefined);
  }

  sign(claims, at) {
    checkOptions(at, ["now"]);
    if (typeof claims !== "object" || claims === null || Array.isArray(claims)) {
      throw new TypeError("claims must be an object");
    }
    // Before they are written: a getter or a toJSON may come back here.
    const now = nowFrom(at, this.#now);
    const json = JSON.stringify(claims);
    if (json === undefined) throw new TypeError("claims must be an object");
    if (!this.#signer.sign(write(json), now)) fail();
    return read();
  }
}

export function sign(claims, key, options) {
  const signer = new Signer(key, options);
  try {
    return signer.sign(claims);
  } finally {
    free(signer); // There is no need to wait for the collector.
  }
}
