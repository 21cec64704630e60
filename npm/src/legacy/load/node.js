// Node, and what is like it: the module is read from its file.
import { readFileSync } from "node:fs";
import { readerOf } from "../../load/buffer.js";
import { legacyOf } from "../of.js";

const file = new URL("../../../wasm/legacy.wasm", import.meta.url);
export const verifyLegacy = legacyOf(new WebAssembly.Module(readFileSync(file)), readerOf);
