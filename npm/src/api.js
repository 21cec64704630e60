// What the package offers, for the entry of each runtime.
import { inspector } from "./inspector.js";
import { keys } from "./key.js";
import { memoryOf } from "./memory.js";
import { signer } from "./sign.js";
import { verifier } from "./verify.js";

/** All but the error, with the exports of the module's instance; as to `reader` see memory.js. */
export function apiOf(wasm, reader) {
  const memory = memoryOf(wasm, reader);
  return { ...inspector(wasm, memory), ...keys(wasm, memory), ...signer(memory), ...verifier(memory) };
}
