// Browsers and bundlers: the module stands in the source, so that there is
// nothing to fetch and nothing to wait for.
import { initSync } from "../../wasm/portcullis.js";
import packed from "../../wasm/portcullis_inline.js";
import { connect } from "../connected.js";
import { compile } from "./compile.js";

connect(initSync({ module: compile(packed) }));
