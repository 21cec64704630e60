// `node scripts/screenshots.mjs`: takes the README's pictures of the page anew.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/screenshots.mjs");
