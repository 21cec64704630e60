import "../load/node.js";

export { TokenError } from "../error.js";
export { verifyLegacy } from "../legacy.js";
