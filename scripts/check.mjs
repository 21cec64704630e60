// `npm run check`: format, lint and native unit tests, for the time between two changes.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/check.mjs");
