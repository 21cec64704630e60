// `npm run build [-- worker npm page worker-panics all]`: builds what is out of date.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/build.mjs");
