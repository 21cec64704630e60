// A program that runs the behaviours, and what to do with what it says.
import assert from "node:assert/strict";

/** The entries, by what the behaviours call them. */
export const BY_NAME = {
  portcullis: "portcullis",
  reading: "portcullis/inspect",
  legacy: "portcullis/legacy",
  passwords: "portcullis/password",
};

const ENTRIES = Object.keys(BY_NAME);

/** Runs the behaviours on all entries, here by these names, and does `then` with the results. */
export const program = (names, own, then) => `
  ${ENTRIES.map((entry) => `import * as ${entry} from "${names[entry]}";`).join("\n  ")}
  import * as assert from "${own}";
  import { run } from "./behaviours/index.mjs";
  const results = () => run({ ${ENTRIES.join(", ")} }, assert);
  ${then}
`;

/** The same by require, on standard output. */
export const commonJsProgram = `
  ${ENTRIES.map((entry) => `const ${entry} = require("${BY_NAME[entry]}");`).join("\n  ")}
  const assert = require("node:assert/strict");
  import("./behaviours/index.mjs")
    .then(({ run }) => run({ ${ENTRIES.join(", ")} }, assert))
    .then((results) => console.log(JSON.stringify(results)));
`;

/** A test for each behaviour. */
export async function report(t, results) {
  assert.ok(results.length > 100, `${results.length} behaviours`);
  for (const { name, error } of results) {
    await t.test(name, () => {
      // Where it happened counts, not where it is told.
      if (error !== undefined) throw Object.assign(new Error(error), { stack: error });
    });
  }
}
