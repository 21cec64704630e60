// `portcullis/issuer`: has its own WebAssembly module, which needs no code of wasm-bindgen.
import { memoryOf } from "../memory.js";
import { issuerCore } from "./core.js";

/** Returns the core's functions, for the compiled module. memory.js explains `reader`. */
export function coreOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return issuerCore(exports, memoryOf(exports, reader));
}
