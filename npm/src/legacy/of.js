// `portcullis/legacy`: a module of its own, which needs no glue.
import { legacyVerifier } from "../legacy-verifier.js";
import { memoryOf } from "../memory.js";

/** The function, with the compiled module; as to `reader` see memory.js. */
export function legacyOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return legacyVerifier(exports, memoryOf(exports, reader));
}
