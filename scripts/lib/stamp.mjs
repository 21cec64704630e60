// Content stamps: a step is not run again if its inputs and outputs have not changed since its last run.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { inRoot, root } from "./paths.mjs";

/** All files under these paths, sorted. A path that does not exist is skipped. */
export function filesUnder(paths, keep = () => true) {
  const found = [];
  const visit = (path) => {
    const info = statSync(path, { throwIfNoEntry: false });
    if (!info) return;
    if (!info.isDirectory()) found.push(path);
    else for (const name of readdirSync(path)) visit(join(path, name));
  };
  for (const path of paths) visit(inRoot(path));
  return found.filter((path) => keep(relative(root, path))).sort();
}

/** A hash of the values, and of the paths and contents of the files. */
export function hashOf({ files = [], values = [] }) {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(values));
  for (const path of files) {
    const content = readFileSync(path);
    hash.update(`\0${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

const read = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined; // The stamp does not exist or is incomplete: the step runs again.
  }
};

/**
 * `inputs` is a function that returns `{ files, values }`, and `outputs` is a list of paths.
 * The step also runs again when an output was changed or removed.
 */
export class Stamp {
  constructor(path, inputs, outputs = []) {
    Object.assign(this, { path, inputs, outputs });
  }

  #now() {
    const missing = this.outputs.some((path) => !statSync(inRoot(path), { throwIfNoEntry: false }));
    return missing ? undefined : { in: hashOf(this.inputs()), out: hashOf({ files: filesUnder(this.outputs) }) };
  }

  fresh() {
    const then = read(this.path);
    const now = then && this.#now();
    return now !== undefined && now.in === then.in && now.out === then.out;
  }

  /** Call this before the work, so that a change during the work makes the step run again. */
  before() {
    rmSync(this.path, { force: true });
    return hashOf(this.inputs());
  }

  write(inputHash) {
    mkdirSync(dirname(this.path), { recursive: true });
    writeFileSync(this.path, JSON.stringify({ in: inputHash, out: hashOf({ files: filesUnder(this.outputs) }) }));
  }
}
