import "../load/workerd.js";

export { TokenError } from "../error.js";
export { verifyLegacy } from "../legacy.js";
