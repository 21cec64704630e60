// Node, and what is like it: the module is read from its file.
import { readFileSync } from "node:fs";
import { initSync } from "../wasm/portcullis.js";
import { connect } from "./memory.js";

const module = readFileSync(new URL("../wasm/portcullis_bg.wasm", import.meta.url));
connect(initSync({ module }).memory);

export * from "./api.js";
