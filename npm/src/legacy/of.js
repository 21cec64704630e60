// `portcullis/legacy`: has its own WebAssembly module, which needs no code of wasm-bindgen.
import { legacyVerifier } from "../legacy-verifier.js";
import { memoryOf } from "../memory.js";

/** Returns the functions, for the compiled module. memory.js explains `reader`. */
export function legacyOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return { verifyLegacy: legacyVerifier(exports, memoryOf(exports, reader)) };
}
