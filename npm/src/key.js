import * as wasm from "../wasm/portcullis.js";
import { errorFrom } from "./error.js";
import { write, writeBytes } from "./memory.js";

const LONE_SURROGATE = /\p{Surrogate}/u;

export function secretKey(secret, alg) {
  let length;
  if (secret instanceof Uint8Array) length = writeBytes(secret);
  else if (typeof secret !== "string") throw new TypeError("a secret must be a string or a Uint8Array");
  // It has no UTF-8; what stands in for it would make two secrets one.
  else if (LONE_SURROGATE.test(secret)) throw new TypeError("the secret holds a lone surrogate");
  else length = write(secret);
  if (typeof alg !== "string") throw new TypeError("an algorithm must be a string");
  try {
    return wasm.secretKey(length, alg);
  } catch (failure) {
    throw errorFrom(failure);
  }
}
