// Ends the program with a plain word where Node is too old. Nothing that an old Node does not know
// may stand here or be imported here: it would say "SyntaxError" instead.
// biome-ignore lint/style/useNodejsImportProtocol: an old Node knows no "node:".
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
