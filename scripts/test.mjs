// `npm test [-- stage …] [--grep text]`: builds the needs of the chosen stages, runs the stages at the same time, and
// counts the results.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/test.mjs");
