// `portcullis`: the functions and classes that the entry of each runtime exports.
import { initSync } from "../wasm/portcullis.js";
import { inspector } from "./inspector.js";
import { keys } from "./key.js";
import { memoryOf } from "./memory.js";
import { signer } from "./sign.js";
import { verifier } from "./verify.js";

/** Returns the whole API except the error class, for the compiled module. memory.js explains `reader`. */
export function apiOf(module, reader) {
  const wasm = initSync({ module });
  const memory = memoryOf(wasm, reader);
  return { ...inspector(wasm, memory), ...keys(wasm, memory), ...signer(memory), ...verifier(memory) };
}
