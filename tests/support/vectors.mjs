// Others' test vectors, which are no part of the project.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const folder = process.env.PORTCULLIS_VECTORS || join(root, "..", "shared", "vectors");
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** A file of the vectors' folder, or undefined where that is not, which is said loudly. */
export function vectors(...path) {
  const file = join(folder, ...path);
  if (existsSync(file)) return read(file);
  console.error(`\n!!! ${SKIPPED}\n`);
  return undefined;
}

/** Why a test without its vectors does not run. */
export const SKIPPED = "SKIPPED: the test vectors are not here; name their folder in PORTCULLIS_VECTORS";

/** A file of tests/vectors: what we make of others' cases. */
export const ourVectors = (name) => read(join(root, "tests", "vectors", name));
