// Browsers and bundlers: the module stands in the source, so that there is
// nothing to fetch and nothing to wait for.
import { initSync } from "../../wasm/portcullis.js";
import base64 from "../../wasm/portcullis_inline.js";
import { connect } from "../connected.js";

const binary = atob(base64);
const bytes = new Uint8Array(binary.length);
for (let i = 0; i < bytes.length; i++) bytes[i] = binary.charCodeAt(i);
connect(initSync({ module: bytes }));
