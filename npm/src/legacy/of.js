// `portcullis/legacy`: a module of its own, which needs no glue.
import { legacyVerifier } from "../legacy-verifier.js";
import { memoryOf } from "../memory.js";

/** The function, with the compiled module. */
export function legacyOf(module) {
  const { exports } = new WebAssembly.Instance(module);
  return legacyVerifier(exports, memoryOf(exports));
}
