// Cloudflare's runtime compiles modules ahead of time; there it is imported.
import module from "../../wasm/portcullis.wasm";
import { initSync } from "../../wasm/portcullis.js";
import { connect } from "../connected.js";

connect(initSync({ module }));
