// The types of the package, as each way of resolving modules in TypeScript finds them.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { install } from "./installed.mjs";

const execute = promisify(execFile);
const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const typescript = here("../../node_modules/typescript/lib/tsc.js");

const ESM = { verbatimModuleSyntax: true };
const WAYS = {
  "nodenext, as an ES module": { ...ESM, module: "nodenext", moduleResolution: "nodenext" },
  "node16, as an ES module": { ...ESM, module: "node16", moduleResolution: "node16" },
  "node16, as CommonJS": { module: "node16", moduleResolution: "node16", file: "types.test-d.cts" },
  "nodenext, as CommonJS": { module: "nodenext", moduleResolution: "nodenext", file: "types.test-d.cts" },
  bundler: { ...ESM, module: "esnext", moduleResolution: "bundler" },
  "node10, which knows no exports": { module: "commonjs", moduleResolution: "node10" },
};

describe("the types of the package, packed and installed", () => {
  let installed;
  before(async () => {
    installed = await install();
  });
  after(() => installed?.remove());

  /** The compiler's output for a copy of the file of types under test, after `change`. */
  async function compile(folder, { file = "types.test-d.ts", ...options }, change = (text) => text) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{"type":"module"}');
    await writeFile(join(folder, file), change(await readFile(here("types.test-d.ts"), "utf8")));
    const compilerOptions = {
      // Without the DOM and without Node, because the package's types depend on neither.
      ...{ strict: true, noEmit: true, target: "es2022", lib: ["es2022"], types: [], skipLibCheck: false },
      ...{
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        noPropertyAccessFromIndexSignature: false,
      },
      ...options,
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
    const { stdout } = await execute(process.execPath, [typescript, "-p", folder]).catch((error) => error);
    return stdout;
  }

  for (const [way, options] of Object.entries(WAYS)) {
    test(`are right with moduleResolution ${way}`, async () => {
      const folder = join(installed.folder, `types-${way.replaceAll(/\W+/g, "-")}`);
      assert.equal(await compile(folder, options), "");
    });
  }

  test("are right if the DOM's types are present as well", async () => {
    assert.equal(await compile(join(installed.folder, "types-dom"), { ...WAYS.bundler, lib: ["es2022", "dom"] }), "");
  });

  test("fail the test if a wrong call compiles", async () => {
    const said = await compile(
      join(installed.folder, "types-wrong"),
      WAYS.bundler,
      (text) => `${text}\n// @ts-expect-error nothing is wrong here\ndecode("a.b.c");\n`,
    );
    assert.match(said, /TS2578/);
  });

  test("contain no any", async () => {
    const files = installed.packed.files.map(({ path }) => path).filter((path) => path.endsWith(".d.ts"));
    assert.ok(files.length >= 8);
    for (const path of files) {
      const text = await readFile(join(installed.root, path), "utf8");
      // In a string literal, such as `tenants: "any"`, the word is not the type.
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|"[^"\n]*"|\/\/.*/g, "");
      assert.doesNotMatch(code, /\bany\b/, path);
    }
  });
});
