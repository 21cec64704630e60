// The types of the adapters, with those of the frameworks and without any.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { bundlersAndPeers, runtimesDir } from "../../scripts/lib/runtimes.mjs";
import { install } from "./installed.mjs";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const tsc = here("../../node_modules/typescript/lib/tsc.js");
const skip = bundlersAndPeers() ? false : "SKIPPED: the frameworks are not here";

let installed;
before(async () => {
  installed = await install();
  await writeFile(join(installed.folder, "package.json"), '{"type":"module"}');
});
after(() => installed?.remove());

/** Returns the compiler's output for a file of types. */
async function compile(name, options = {}) {
  await copyFile(here(`middleware/${name}`), join(installed.folder, name));
  const compilerOptions = {
    ...{ strict: true, noEmit: true, target: "es2022", lib: ["es2022"], types: [], skipLibCheck: false },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true },
    ...{ module: "nodenext", ...options },
  };
  const config = join(installed.folder, `${name}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files: [name] }));
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", config]).catch((error) => error);
  return stdout;
}

describe("for TypeScript, the adapters have right types", () => {
  test("where no framework is installed", async () => {
    assert.equal(await compile("alone.test-d.ts"), "");
    assert.equal(await compile("alone.test-d.ts", { lib: ["es2022", "dom"] }), "");
    assert.equal(await compile("alone.test-d.ts", { module: "esnext", moduleResolution: "bundler" }), "");
    assert.equal(await compile("alone.test-d.ts", { module: "esnext", moduleResolution: "node10" }), "");
  });

  for (const [framework, packages, types] of [
    ["hono", ["hono"], []],
    ["express", ["express", "@types"], ["node"]],
    ["fastify", ["fastify", "@types"], ["node"]],
  ]) {
    test(`with ${framework}'s own types`, { skip }, async () => {
      const modules = join(installed.folder, "node_modules");
      await mkdir(modules, { recursive: true });
      for (const name of packages)
        await symlink(join(runtimesDir, "node_modules", name), join(modules, name)).catch(() => {});
      // The frameworks' types need the DOM's or Node's, and do not all pass the checks of this package.
      const lib = framework === "hono" ? ["es2022", "dom", "dom.iterable"] : ["es2022"];
      assert.equal(await compile(`${framework}.test-d.ts`, { lib, types, skipLibCheck: true }), "");
    });
  }
});
