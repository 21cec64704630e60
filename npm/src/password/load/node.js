// Node, and what is like it: the module is read from its file.
import packed from "../../../wasm/password_inline.js";
import { readerOf } from "../../load/buffer.js";
import { read } from "../../load/file.js";
import { hasherOf } from "../of.js";

const module = read(() => new URL("../../../wasm/password.wasm", import.meta.url), packed);
export const { hashPassword, needsRehash, verifyPassword } = hasherOf(new WebAssembly.Module(module), readerOf);
