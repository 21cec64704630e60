// What the package offers. Each entry loads the module before it: modules run
// in the order in which they are imported.
import { memory, wasm } from "./connected.js";
import { inspector } from "./inspector.js";

export { TokenError } from "./error.js";
export { generateKey, publicKey, secretKey } from "./key.js";
export { Signer, sign } from "./sign.js";
export { Verifier, verify } from "./verify.js";

export const { decode, expiresAt, inspect, isExpired, secondsLeft } = inspector(wasm, memory);
