// `npm run lint`: formatting, clippy for every feature that is built, and the documentation.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/lint.mjs");
