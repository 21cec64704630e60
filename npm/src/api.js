// What the package offers; each entry adds how the module is loaded.
export { TokenError } from "./error.js";
export { decode, expiresAt, inspect, isExpired, secondsLeft } from "./inspect.js";
export { secretKey } from "./key.js";
export { Signer, sign } from "./sign.js";
export { Verifier, verify } from "./verify.js";
