// Node, and what is like it: the module is read from its file.
import { readFileSync } from "node:fs";
import { initSync } from "../../wasm/portcullis.js";
import { connect } from "../connected.js";
import { readerOf } from "./buffer.js";

connect(initSync({ module: readFileSync(new URL("../../wasm/portcullis.wasm", import.meta.url)) }), readerOf);
