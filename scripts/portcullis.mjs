// `npm run portcullis -- …`: the command line `portcullis`, built where it is out of date.
// On an old Node the first line says so and ends it, before the second has newer syntax read.
import "./lib/node.mjs";
import("./commands/portcullis.mjs");
