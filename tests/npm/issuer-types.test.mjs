import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const tsc = here("../../node_modules/typescript/lib/tsc.js");
const ARGS = [
  "--strict",
  "--noEmit",
  "--target",
  "es2022",
  "--exactOptionalPropertyTypes",
  "--noUncheckedIndexedAccess",
];

async function compile(lib, modules, ...files) {
  const args = [...ARGS, "--lib", lib, ...modules, "--typeRoots", here("issuer")];
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, ...args, ...files.map(here)]).catch(
    (error) => error,
  );
  return stdout;
}

describe("for TypeScript, portcullis/issuer has right types", () => {
  const WAYS = {
    nodenext: ["--module", "nodenext"],
    bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
    node10: ["--module", "esnext", "--moduleResolution", "node10"],
  };
  for (const [name, modules] of Object.entries(WAYS)) {
    test(`with moduleResolution ${name}, without types of a runtime`, async () => {
      assert.equal(await compile("es2022", modules, "issuer/types.test-d.ts"), "");
    });
  }

  test("with the types of a browser", async () => {
    const files = ["issuer/types.test-d.ts", "issuer/dom.test-d.ts"];
    assert.equal(await compile("es2022,dom", WAYS.nodenext, ...files), "");
  });
});
