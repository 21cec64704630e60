// Test vectors from other projects, which are not part of this repository.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const folder = process.env.PORTCULLIS_VECTORS || join(root, "..", "shared", "vectors");
const read = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The content of a file in the vectors' folder. If the folder is missing, logs that and returns undefined. */
export function vectors(...path) {
  const file = join(folder, ...path);
  if (existsSync(file)) return read(file);
  console.error(`\n!!! ${SKIPPED}\n`);
  return undefined;
}

/** The reason for skipping a test whose vectors are missing. */
export const SKIPPED = "SKIPPED: the test vectors are not here; name their folder in PORTCULLIS_VECTORS";

/** A file of tests/vectors, which lists our results for the cases of other projects. */
export const ourVectors = (name) => read(join(root, "tests", "vectors", name));
