// What needs a key: loaded when the reader asks for it, as it is the greater part of the page. One
// module, because esbuild may move what two such modules share before what it needs.

export { checkWithKey, checkWithSecret } from "./with-key.js";
export { SECRET, exampleToken } from "../inspect/example.js";
