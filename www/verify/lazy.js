// What needs a key: loaded when the reader asks for it, as it is the greater part of the page; in one
// module, so that it is one file.

export { checkWithKey, checkWithSecret, ready } from "./with-key.js";
export { SECRET, exampleToken } from "../inspect/example.js";
