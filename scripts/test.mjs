// `npm test [-- stage …]`: builds what the chosen stages need, runs them all, counts.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/test.mjs");
