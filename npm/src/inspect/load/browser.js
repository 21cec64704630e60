// Browsers and bundlers: the module stands in the source, so that there is
// nothing to fetch and nothing to wait for.
import packed from "../../../wasm/inspect_inline.js";
import { compile } from "../../load/compile.js";
import { inspectorOf } from "../of.js";

export const { decode, expiresAt, inspect, isExpired, secondsLeft } = inspectorOf(compile(packed));
