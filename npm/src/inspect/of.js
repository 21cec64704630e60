// `portcullis/inspect`: a module of its own, which needs no glue.
import { inspector } from "../inspector.js";
import { memoryOf } from "../memory.js";

/** The functions, with the compiled module; as to `reader` see memory.js. */
export function inspectorOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return inspector(exports, memoryOf(exports, reader));
}
