// `npm test [-- stage …]`: builds what the chosen stages need, runs them all, counts.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/test.mjs");
