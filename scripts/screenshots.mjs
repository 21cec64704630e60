// `node scripts/screenshots.mjs`: takes new pictures of the page for the README.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/screenshots.mjs");
