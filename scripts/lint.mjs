// `npm run lint`: formatting, clippy for every feature that is built, the documentation, JavaScript, and the rules for
// dependencies.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/lint.mjs");
