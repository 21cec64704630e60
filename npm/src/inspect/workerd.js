// Cloudflare's runtime. The functions are made in a file of their own, which whoever wants
// the error alone does not load.
export * from "./load/workerd.js";
export { TokenError } from "../error.js";
