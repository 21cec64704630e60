import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { only, source } from "../support/rust-numbers.mjs";

test("npm/src/load/unpack.js holds the module of scripts/lib/unpacker.wat", async () => {
  const { default: binaryen } = await import("binaryen");
  const module = binaryen.parseText(readFileSync(inRoot("scripts", "lib", "unpacker.wat"), "utf8"));
  binaryen.setOptimizeLevel(2);
  binaryen.setShrinkLevel(2);
  module.optimize();
  const [held] = only(source("npm/src/load/unpack.js"), /const UNPACKER =\s*"([^"]+)"/, "the module");
  assert.equal(Buffer.from(module.emitBinary()).toString("base64"), held);
  module.dispose();
});
