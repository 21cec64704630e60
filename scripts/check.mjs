// `npm run check`: format, lint and native unit tests, as a quick check after a change.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/check.mjs");
