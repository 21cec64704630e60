// `npm run build [-- worker npm page worker-panics all]`: builds what is out of date.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/build.mjs");
