// Node, and what is like it: the module is read from its file.
import { readFileSync } from "node:fs";
import { readerOf } from "../../load/buffer.js";
import { hasherOf } from "../of.js";

const file = new URL("../../../wasm/password.wasm", import.meta.url);
export const { hashPassword, needsRehash, verifyPassword } = hasherOf(new WebAssembly.Module(readFileSync(file)), readerOf);
