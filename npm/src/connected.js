// The module's one instance. The entry connects it before anything that uses
// it runs: see api.js.
import { memoryOf } from "./memory.js";

export let wasm;
export let memory;

export function connect(exports, reader) {
  wasm = exports;
  memory = memoryOf(exports, reader);
}
