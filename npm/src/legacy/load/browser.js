// Browsers and bundlers: the module stands in the source, so that there is
// nothing to fetch and nothing to wait for.
import packed from "../../../wasm/legacy_inline.js";
import { compile } from "../../load/compile.js";
import { legacyOf } from "../of.js";

export const verifyLegacy = legacyOf(compile(packed));
