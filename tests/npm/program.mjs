// The program that runs the behaviors, which is the same in every runtime and bundle. A new entry is added here.
import assert from "node:assert/strict";
import { copyFile, cp, writeFile } from "node:fs/promises";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./installed.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The package's entries, by the names that the behaviors use. */
export const ENTRIES = {
  portcullis: "portcullis",
  reading: "portcullis/inspect",
  legacy: "portcullis/legacy",
  passwords: "portcullis/password",
  sessions: "portcullis/session",
  issuers: "portcullis/issuer",
  presets: "portcullis/issuer/presets",
  hono: "portcullis/hono",
  express: "portcullis/express",
  fastify: "portcullis/fastify",
};

/** The package, installed alone, with the behaviors next to it. */
export async function installWithBehaviours() {
  const installed = await install();
  await copyFile(here("assert.mjs"), join(installed.folder, "assert.mjs"));
  await cp(here("behaviours"), join(installed.folder, "behaviours"), { recursive: true });
  return installed;
}

/** The path of an entry's file for browsers, from the folder in which the package is installed. */
export function browserFile(manifest, name) {
  const { browser, default: other } = manifest.exports[name.replace("portcullis", ".")];
  return normalize(`/node_modules/portcullis/${(browser ?? other).default}`);
}

/** The files of all entries for browsers, by the names that the behaviors use. */
export const browserFiles = (manifest) =>
  Object.fromEntries(Object.entries(ENTRIES).map(([own, name]) => [own, browserFile(manifest, name)]));

/** Source that runs the behaviors on these entries; `then` is the code that uses `results()`. */
export const program = (then, { entries = ENTRIES, own = "./assert.mjs" } = {}) => `
  ${Object.entries(entries)
    .map(([name, from]) => `import * as ${name} from ${JSON.stringify(from)};`)
    .join("\n  ")}
  import * as assert from "${own}";
  import { run } from "./behaviours/index.mjs";
  const results = () => run({ ${Object.keys(entries).join(", ")} }, assert);
  ${then}
`;

/** The same source with `require`. */
export const COMMON_JS = `
  ${Object.entries(ENTRIES)
    .map(([name, from]) => `const ${name} = require(${JSON.stringify(from)});`)
    .join("\n  ")}
  const assert = require("node:assert/strict");
  import("./behaviours/index.mjs")
    .then(({ run }) => run({ ${Object.keys(ENTRIES).join(", ")} }, assert))
    .then((results) => console.log(JSON.stringify(results)));
`;

export const IN_PAGE = "globalThis.results = await results();";
export const TO_OUTPUT = "console.log(JSON.stringify(await results()));";

/** Writes such a program into the folder in which the package is installed. */
export async function writeProgram({ folder }, name, ...how) {
  await writeFile(join(folder, name), program(...how));
  return join(folder, name);
}

const LEAST = 100; // behaviours

/** A test for each behavior. */
export async function report(t, results) {
  assert.ok(results.length > LEAST, `${results.length} behaviours`);
  for (const { name, error } of results) {
    await t.test(name, () => {
      // Report the error where it happened, not where it is rethrown.
      if (error !== undefined) throw Object.assign(new Error(error), { stack: error });
    });
  }
}

/** The same in one test: each behavior ran and passed. */
export function allHold(results) {
  assert.ok(Array.isArray(results), `no results: ${JSON.stringify(results)}`);
  assert.deepEqual(
    results.filter(({ error }) => error !== undefined),
    [],
  );
  assert.ok(results.length > LEAST, `${results.length} behaviours`);
}
