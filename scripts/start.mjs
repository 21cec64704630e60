// `npm start [-- --port N]`: from a bare clone to a running Worker with a first user.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/start.mjs");
