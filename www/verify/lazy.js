// The code that needs a key. The page loads it on demand, because it is larger than the rest of the page.
// It is one module, so that the build makes one file of it.

export { checkWithKey, checkWithSecret } from "./with-key.js";
export { SECRET, exampleToken } from "../inspect/example.js";
