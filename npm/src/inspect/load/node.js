// Node, and what is like it: the module is read from its file.
import { readFileSync } from "node:fs";
import { readerOf } from "../../load/buffer.js";
import { inspectorOf } from "../of.js";

const file = new URL("../../../wasm/inspect.wasm", import.meta.url);
export const { decode, expiresAt, inspect, isExpired, secondsLeft } = inspectorOf(new WebAssembly.Module(readFileSync(file)), readerOf);
