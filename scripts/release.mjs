// `node scripts/release.mjs v1.2.3`: fails unless Cargo.toml, npm/package.json and CHANGELOG.md have that
// version. Prints its section of the changelog. .github/workflows/release.yml runs it.
import { readFileSync } from "node:fs";
import { inRoot } from "./lib/paths.mjs";
import { checkRelease } from "./lib/release.mjs";

const read = (...path) => readFileSync(inRoot(...path), "utf8");

const files = { cargo: read("Cargo.toml"), npm: read("npm", "package.json"), changelog: read("CHANGELOG.md") };
const { wrong, notes } = checkRelease(process.argv[2] ?? "", files);
for (const sentence of wrong) console.error(sentence);
if (wrong.length > 0) process.exit(1);
console.log(notes);
