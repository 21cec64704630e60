// Node, and what is like it: the module is read from its file.
import packed from "../../../wasm/legacy_inline.js";
import { readerOf } from "../../load/buffer.js";
import { read } from "../../load/file.js";
import { legacyOf } from "../of.js";

const module = read(() => new URL("../../../wasm/legacy.wasm", import.meta.url), packed);
export const verifyLegacy = legacyOf(new WebAssembly.Module(module), readerOf);
