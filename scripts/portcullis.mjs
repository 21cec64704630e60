// `npm run portcullis -- …`: builds the command line `portcullis` if it is out of date, and runs it.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/portcullis.mjs");
