// Node, bundlers and package checkers find, load and bundle the package.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { bundlersAndPeers, runtimesDir } from "../../scripts/lib/runtimes.mjs";
import { COMMON_JS, ENTRIES as BY_NAME, installWithBehaviours, report } from "./program.mjs";

const execute = promisify(execFile);
const attw = join(runtimesDir, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
const skip = bundlersAndPeers() ? false : "SKIPPED: publint and attw are not here";
// Flags that make a current Node refuse to require an ES module.
const PLAIN_REQUIRE = ["--no-experimental-require-module"].filter((flag) =>
  process.allowedNodeEnvironmentFlags.has(flag),
);
const ENTRIES = Object.values(BY_NAME);

describe("the package, packed and installed", () => {
  let installed;
  before(async () => {
    installed = await installWithBehaviours();
  });
  after(() => installed?.remove());

  /** Runs a program in the folder in which the package is installed. */
  async function run(name, source, ...flags) {
    await writeFile(join(installed.folder, name), source);
    return execute(process.execPath, [...flags, name], { cwd: installed.folder, maxBuffer: 1 << 24 });
  }

  async function bundle(contents, options) {
    const { metafile, outputFiles } = await build({
      stdin: { contents, resolveDir: installed.folder },
      ...{
        bundle: true,
        minify: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        write: false,
        metafile: true,
      },
      ...{ logLevel: "silent", absWorkingDir: installed.folder, ...options },
    });
    const [output] = Object.values(metafile.outputs);
    const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    const files = used
      .map(([path]) => relative("node_modules/portcullis", path))
      .filter((path) => !path.includes("stdin"));
    return { size: outputFiles[0].contents.length, files: files.sort() };
  }

  test("passes publint", { skip }, async () => {
    const { publint } = await import(
      pathToFileURL(createRequire(join(runtimesDir, "package.json")).resolve("publint"))
    );
    const { messages } = await publint({ pkgDir: installed.root, strict: true, pack: false });
    // The field `browser` is only for tools that ignore `exports`, such as Parcel 2 with its defaults.
    const other = messages.filter(({ code }) => code !== "USE_EXPORTS_OR_IMPORTS_BROWSER");
    assert.deepEqual(other, []);
  });

  test("names each entry's file for browsers also for tools that ignore exports, such as Parcel 2", () => {
    const { browser, exports, main } = installed.manifest;
    const named = Object.fromEntries(
      ENTRIES.map((entry) => {
        const { browser: own, default: other } = exports[entry.replace("portcullis", ".")];
        return [entry === "portcullis" ? main : entry.replace("portcullis", "."), (own ?? other).default];
      }),
    );
    assert.deepEqual(browser, named);
  });

  test("has types for each entry that attw finds with each way of resolving them", { skip }, async () => {
    // A Worker is always an ES module, so attw would report that `require` cannot load these two entries.
    const inWorkers = ["--exclude-entrypoints", "worker", "mount"];
    const { stdout } = await execute(process.execPath, [attw, installed.tarball, "--format", "json", ...inWorkers], {
      maxBuffer: 1 << 26,
    });
    const { analysis, problems } = JSON.parse(stdout);
    assert.deepEqual(problems, {});
    assert.deepEqual(analysis.problems, []);
    for (const entry of ENTRIES) {
      const { resolutions } = analysis.entrypoints[entry.replace("portcullis", ".")];
      assert.deepEqual(Object.keys(resolutions).sort(), ["bundler", "node10", "node16-cjs", "node16-esm"], entry);
      for (const [way, { resolution }] of Object.entries(resolutions))
        assert.ok(resolution?.isTypeScript, `${entry} ${way}`);
    }
  });

  test("names its license, its Node versions and its purpose, and is published publicly with its provenance", () => {
    const { license, engines, keywords, publishConfig, description } = installed.manifest;
    assert.equal(license, "MIT OR Apache-2.0");
    assert.deepEqual(engines, { node: ">=20.3" });
    assert.deepEqual(publishConfig, { access: "public", provenance: true });
    assert.ok(keywords.includes("jwt") && new Set(keywords).size === keywords.length);
    assert.ok(description.length > 20);
  });

  test("can be required in Node and behaves the same", async (t) => {
    const { stdout, stderr } = await run("required.cjs", COMMON_JS, ...PLAIN_REQUIRE);
    assert.equal(stderr, "");
    await report(t, JSON.parse(stdout));
  });

  test("works when the first call of all has no arguments", async () => {
    const calls = {
      "decode('')": "portcullis",
      "inspect('')": "portcullis",
      "secretKey('', 'HS256')": "portcullis",
      "secretKey('', '')": "portcullis",
      "generateKey('')": "portcullis",
      "decode('') ": "portcullis/inspect",
      "expiresAt('')": "portcullis/inspect",
      "verifyLegacy('', '')": "portcullis/legacy",
      "hashPassword('\\ud800')": "portcullis/password",
      "verifyPassword('', '')": "portcullis/password",
      "needsRehash('')": "portcullis/password",
    };
    for (const [call, entry] of Object.entries(calls)) {
      const source = `const entry = require("${entry}"); try { entry.${call}; } catch ({ name, code }) { console.log(name, code); }`;
      const { stdout } = await run("first.cjs", source);
      assert.match(
        stdout,
        /^(TokenError (token_malformed|key_invalid)|PasswordError (hash_not_usable|password_malformed))\n$/,
        call,
      );
    }
  });

  test("has the same error classes, whether imported or required, and across its entries", async () => {
    const source = `
      import { createRequire } from "node:module";
      const require = createRequire(import.meta.url);
      const thrown = (call) => { try { call(); } catch (error) { return error; } };
      const copies = [];
      for (const load of [(name) => import(name), require]) {
        for (const name of ["portcullis", "portcullis/inspect", "portcullis/legacy"]) copies.push(await load(name));
      }
      const passwords = [await import("portcullis/password"), require("portcullis/password")];
      const call = ({ decode, verifyLegacy }) => thrown(() => (decode ? decode("x") : verifyLegacy("x", "x")));
      const known = copies.flatMap((one) => copies.map((other) => call(one) instanceof other.TokenError));
      const passwordsKnown = passwords.flatMap((one) => passwords.map((other) => thrown(() => one.needsRehash("")) instanceof other.PasswordError));
      const strangers = [new Error("x"), new TypeError("x"), null, undefined, "TokenError", { code: "token_expired" }, Object.create(null), thrown(() => passwords[0].needsRehash(""))];
      class Own extends copies[0].TokenError {}
      console.log(JSON.stringify({
        distinct: copies[0].TokenError !== copies[3].TokenError,
        known: [known.length, known.every(Boolean)],
        passwords: [passwordsKnown.length, passwordsKnown.every(Boolean)],
        strangers: strangers.some((error) => copies.some(({ TokenError }) => error instanceof TokenError)),
        tokensArePasswords: call(copies[0]) instanceof passwords[0].PasswordError,
        derived: call(copies[0]) instanceof Own,
      }));
    `;
    const { stdout } = await run("both.mjs", source);
    assert.deepEqual(JSON.parse(stdout), {
      distinct: true,
      known: [36, true],
      passwords: [4, true],
      strangers: false,
      tokensArePasswords: false,
      derived: false,
    });
  });

  test("maps errors to its sources when it is required, with source maps to packed files", async () => {
    const files = installed.packed.files.map(({ path }) => path);
    const transpiled = files.filter((path) => path.startsWith("cjs/") && path.endsWith(".js"));
    assert.ok(transpiled.length > 10);
    for (const path of transpiled) {
      const { sources, sourcesContent } = JSON.parse(await readFile(join(installed.root, `${path}.map`), "utf8"));
      assert.equal(sourcesContent, undefined);
      assert.equal(sources.length, 1);
      const source = relative(installed.root, resolve(join(installed.root, dirname(path)), sources[0]));
      assert.ok(files.includes(source), `${path}: ${sources[0]}`);
    }
    const source =
      'const { decode } = require("portcullis");\ntry { decode("x"); } catch ({ stack }) { console.log(stack); }\n';
    const { stdout } = await run("mapped.cjs", source, "--enable-source-maps");
    assert.match(stdout, /portcullis[\\/]src[\\/]inspect[\\/]read\.js:\d+/);
    const lines = (await readFile(join(installed.root, "src", "inspect", "read.js"), "utf8")).split("\n");
    const line = Number(/read\.js:(\d+)/.exec(stdout)[1]);
    assert.match(lines[line - 1], /fail\(/);
  });

  test("lets a bundler drop its unused exports", async () => {
    for (const entry of ["portcullis", "portcullis/inspect", "portcullis/legacy"]) {
      const { files, size } = await bundle(`export { TokenError } from "${entry}";`);
      assert.deepEqual(files, ["src/error.js"], entry);
      assert.ok(size < 2000, `${size} bytes`);
    }
    const { files } = await bundle('export { PasswordError } from "portcullis/password";');
    assert.deepEqual(files, ["src/error.js", "src/password/error.js"]);

    for (const entry of ["portcullis", "portcullis/inspect"]) {
      const { files } = await bundle(`export { decode, isExpired } from "${entry}";`);
      assert.deepEqual(
        files.filter((path) => /wasm|load|memory|sign|verify|key/.test(path)),
        [],
        entry,
      );
    }
    const { files: legacy } = await bundle('export { verifyLegacy } from "portcullis/legacy";');
    assert.deepEqual(
      legacy.filter((path) => path.startsWith("wasm/")),
      ["wasm/legacy_inline.js"],
    );
  });

  test("has no side effect when it is imported and not used, as its sideEffects says", async () => {
    // The modules of the Worker register listeners when they are imported.
    assert.deepEqual(installed.manifest.sideEffects, ["./worker/*"]);
    for (const entry of ENTRIES) assert.deepEqual((await bundle(`import "${entry}";`)).files, [], entry);
    const source = `
      const seen = () => [globalThis, Object, Array, Error, Promise, String, WebAssembly].flatMap((object) =>
        [object, object.prototype ?? {}].map((one) => Reflect.ownKeys(one).map(String)));
      const before = JSON.stringify(seen());
      for (const name of ${JSON.stringify(ENTRIES)}) await import(name);
      console.log(before === JSON.stringify(seen()));
    `;
    const { stdout } = await run("effects.mjs", source);
    assert.equal(stdout, "true\n");
  });
});
