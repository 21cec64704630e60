// Node, and what is like it: the module is read from its file.
import { initSync } from "../../wasm/portcullis.js";
import packed from "../../wasm/portcullis_inline.js";
import { connect } from "../connected.js";
import { readerOf } from "./buffer.js";
import { read } from "./file.js";

connect(initSync({ module: read(() => new URL("../../wasm/portcullis.wasm", import.meta.url), packed) }), readerOf);
