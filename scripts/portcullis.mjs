// `npm run portcullis -- …`: the command line `portcullis`, built where it is out of date.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/portcullis.mjs");
