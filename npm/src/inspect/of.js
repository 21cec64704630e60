// `portcullis/inspect`: a module of its own, which needs no glue.
import { inspector } from "../inspector.js";
import { memoryOf } from "../memory.js";

/** The functions, with the compiled module. */
export function inspectorOf(module) {
  const { exports } = new WebAssembly.Instance(module);
  return inspector(exports, memoryOf(exports));
}
