// Ends a Node process when the command line has ended. Every Node process that the command line starts loads this
// file, and so do wrangler's own children. `kill -9` gives the command line no chance to stop its children, and a
// wrangler that continues to write would disturb the next run.
"use strict";

const command = Number(process.env.PORTCULLIS_PROCESS);
const parent = process.ppid;

setInterval(() => {
  try {
    process.kill(command, 0); // Throws if there is no such process.
    // A killed process keeps its id until its own parent asks for its status: watch the parent too.
    if (process.ppid === parent) return;
  } catch {
    // The command line has ended.
  }
  process.exit(1);
}, 200).unref();
