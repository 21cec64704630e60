// Browsers and bundlers: the module stands in the source, so that there is
// nothing to fetch and nothing to wait for.
import packed from "../../../wasm/password_inline.js";
import { compile } from "../../load/compile.js";
import { hasherOf } from "../of.js";

export const { hashPassword, needsRehash, verifyPassword } = hasherOf(compile(packed));
