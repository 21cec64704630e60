// `portcullis/legacy`: has its own WebAssembly module.
import { legacyVerifier } from "../legacy-verifier.js";
import { lazy } from "../load/module.js";
import { memoryOf } from "../memory.js";

/** Returns the functions. load/module.js explains `source`, and memory.js explains `reader`. */
export function legacyOf(source, reader) {
  const { start, ready } = lazy(source);
  return { ready, verifyLegacy: legacyVerifier(memoryOf(start, reader)) };
}
