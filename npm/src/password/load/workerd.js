// Cloudflare's runtime compiles modules ahead of time; there it is imported.
import module from "../../../wasm/password.wasm";
import { hasherOf } from "../of.js";

export const { hashPassword, needsRehash, verifyPassword } = hasherOf(module);
