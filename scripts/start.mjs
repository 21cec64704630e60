// `npm start [-- --port N]`: from a bare clone to a running Worker with a first user.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/start.mjs");
