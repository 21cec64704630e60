// Node, and what is like it: the module is read from its file.
import packed from "../../../wasm/inspect_inline.js";
import { readerOf } from "../../load/buffer.js";
import { read } from "../../load/file.js";
import { inspectorOf } from "../of.js";

const module = read(() => new URL("../../../wasm/inspect.wasm", import.meta.url), packed);
export const { decode, expiresAt, inspect, isExpired, secondsLeft } = inspectorOf(new WebAssembly.Module(module), readerOf);
