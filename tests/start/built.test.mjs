// The built files for deployment do not reveal where they were built.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { machinePaths } from "../npm/paths.mjs";

for (const path of [
  "build/portcullis.wasm",
  "build/worker.js",
  "build/glue.js",
  "npm/wasm/portcullis.wasm",
  "npm/wasm/legacy.wasm",
  "npm/wasm/password.wasm",
  "npm/cjs/node.js",
  "npm/src/inspect/index.js",
  "www/dist/app.js",
]) {
  test(`${path} does not reveal where it was built`, () => {
    assert.ok(existsSync(inRoot(path)));
    assert.deepEqual(machinePaths(readFileSync(inRoot(path), "latin1")), []);
  });
}
