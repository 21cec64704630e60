// `portcullis`: what the entry of each runtime offers.
import { initSync } from "../wasm/portcullis.js";
import { inspector } from "./inspector.js";
import { keys } from "./key.js";
import { memoryOf } from "./memory.js";
import { signer } from "./sign.js";
import { verifier } from "./verify.js";

/** All but the error, with the compiled module; as to `reader` see memory.js. */
export function apiOf(module, reader) {
  const wasm = initSync({ module });
  const memory = memoryOf(wasm, reader);
  return { ...inspector(wasm, memory), ...keys(wasm, memory), ...signer(memory), ...verifier(memory) };
}
