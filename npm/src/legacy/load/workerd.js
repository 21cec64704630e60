// Cloudflare's runtime compiles modules ahead of time; there it is imported.
import module from "../../../wasm/legacy.wasm";
import { legacyOf } from "../of.js";

export const verifyLegacy = legacyOf(module);
