import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

test("in TypeScript, the session's fetch has the runtime's type if that type is known", async () => {
  const args = [
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    "--lib",
    "es2022,dom",
    "--module",
    "nodenext",
    "--exactOptionalPropertyTypes",
  ];
  const tsc = here("../../node_modules/typescript/lib/tsc.js");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...args, here("session/dom.test-d.ts")]).catch(
    (error) => error,
  );
  assert.equal(stdout, "");
});
