// `npm run lint`: formatting, clippy for every feature that is built, and the documentation.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/lint.mjs");
