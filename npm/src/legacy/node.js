// Node, and what is like it. The functions are made in a file of their own, which whoever wants
// the error alone does not load.
export * from "./load/node.js";
export { TokenError } from "../error.js";
