// Browsers and bundlers. The functions are made in a file of their own, which whoever wants
// the error alone does not load.
export * from "./load/browser.js";
export { TokenError } from "../error.js";
