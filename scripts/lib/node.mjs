// Ends the program with a message if Node is too old. This file and its imports must not use anything that an old Node
// does not support: it would report a "SyntaxError" instead.
// biome-ignore lint/style/useNodejsImportProtocol: an old Node does not support "node:".
import fs from "fs";

const { engines } = JSON.parse(fs.readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
const least = engines.node.replace(">=", "").split(".").map(Number);
const found = process.versions.node.split(".").map(Number);

if (found[0] < least[0] || (found[0] === least[0] && found[1] < least[1])) {
  console.error(
    `Node.js ${least.join(".")} or newer is needed; this is ${process.versions.node}. Get it from https://nodejs.org/`,
  );
  process.exit(1);
}
