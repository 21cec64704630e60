// `portcullis/legacy`: a module of its own, which needs no glue.
import { legacyVerifier } from "../legacy-verifier.js";
import { memoryOf } from "../memory.js";

/** The functions, with the compiled module; as to `reader` see memory.js. */
export function legacyOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return { verifyLegacy: legacyVerifier(exports, memoryOf(exports, reader)) };
}
