// `portcullis/inspect`: has its own WebAssembly module, which needs no code of wasm-bindgen.
import { inspector } from "../inspector.js";
import { memoryOf } from "../memory.js";

/** Returns the functions, for the compiled module. memory.js explains `reader`. */
export function inspectorOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return inspector(exports, memoryOf(exports, reader));
}
