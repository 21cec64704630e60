// `npm run docs`: builds the documents as a book.
// The first import reports an old Node and exits, before the second loads syntax that an old Node cannot parse.
import "./lib/node.mjs";
import("./commands/docs.mjs");
