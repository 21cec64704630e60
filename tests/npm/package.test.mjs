import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, join, normalize } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { chromiumPath, openBrowser } from "../support/browser.mjs";
import { miniflareOptions, workerdModules } from "./bundles.mjs";
import { machinePaths } from "./paths.mjs";
import {
  ENTRIES,
  IN_PAGE,
  TO_OUTPUT,
  browserFile,
  browserFiles,
  installWithBehaviours,
  report,
  writeProgram,
} from "./program.mjs";
import { POLICY, resultsOf, serve } from "./served.mjs";

const execute = promisify(execFile);
const wasmDis = fileURLToPath(new URL("../../node_modules/binaryen/bin/wasm-dis", import.meta.url));

const MODULES = ["portcullis", "legacy", "password", "issuer", "signatures"];

describe("the package, packed and installed with nothing else", () => {
  let installed;
  before(async () => {
    installed = await installWithBehaviours();
  });
  after(() => installed?.remove());

  test("needs nothing that is built, run or installed with it", () => {
    const { manifest } = installed;
    for (const name of ["dependencies", "optionalDependencies", "peerDependencies", "bin", "gypfile"]) {
      assert.equal(manifest[name], undefined, name);
    }
    for (const name of ["preinstall", "install", "postinstall", "prepare"])
      assert.equal(manifest.scripts?.[name], undefined, name);
    assert.equal(manifest.type, "module");
  });

  test("has every file that its exports name, and no tests, no Rust sources, and only maps to its own files", async () => {
    const { manifest, packed } = installed;
    const files = packed.files.map(({ path }) => path);
    const named = JSON.stringify(manifest.exports).match(/\.\/[^"]+\.[a-z.]+/g);
    assert.ok(named.length >= 4);
    for (const name of named) assert.ok(files.includes(normalize(name)), name);
    assert.deepEqual(
      files.filter((name) => /\.rs$|test|Cargo|node_modules|\.env/i.test(name)),
      [],
    );
    assert.deepEqual(
      files.filter((name) => name.endsWith(".map") && !(name.startsWith("cjs/") && files.includes(name.slice(0, -4)))),
      [],
    );
    assert.ok(files.some((name) => name.endsWith(".wasm")));
  });

  test("does not reveal where it was built, not even in its WASM", async () => {
    const { packed, root } = installed;
    const texts = new Map();
    for (const { path } of packed.files) texts.set(path, await readFile(join(root, path), "latin1"));
    for (const [name, text] of texts) assert.deepEqual(machinePaths(text), [], name);
  });

  test("has each module in a source as well, compressed, and has no separate file for those modules", async () => {
    const { unpack } = await import(pathToFileURL(join(installed.root, "src", "load", "unpack.js")));
    for (const name of MODULES) {
      const { default: packed } = await import(pathToFileURL(join(installed.root, "wasm", `${name}_inline.js`)));
      const bytes = await readFile(join(installed.root, "wasm", `${name}.wasm`));
      assert.deepEqual(Buffer.from(unpack(packed)), bytes, name);
      assert.match(packed, /^[ -~]+$/);
      // A minifier would have to escape other characters, and a script element in a page could end in them.
      assert.doesNotMatch(packed, /["'`\\$<]/);
      // After gzip the text is no longer than the bytes; base64 would be a third longer.
      assert.ok(gzipSync(packed, { level: 9 }).length < gzipSync(bytes, { level: 9 }).length * 1.03, name);
    }
  });

  const MOST = {
    "portcullis/inspect": 3_200,
    portcullis: 74_000,
    "portcullis/legacy": 25_200,
    "portcullis/password": 41_000,
  };
  for (const [entry, most] of Object.entries(MOST)) {
    test(`${entry}, bundled for a browser, has at most ${most} bytes minified and with gzip -9, including glue and module`, async (t) => {
      const { outputFiles } = await build({
        stdin: { contents: `export * from "${entry}";`, resolveDir: installed.folder },
        ...{
          bundle: true,
          minify: true,
          format: "esm",
          platform: "browser",
          target: "es2022",
          write: false,
          logLevel: "silent",
        },
      });
      const size = gzipSync(outputFiles[0].contents, { level: 9 }).length;
      t.diagnostic(`${size} bytes`);
      assert.ok(size <= most, `${size} bytes`);
    });
  }

  test("has modules that import nothing", async () => {
    for (const name of MODULES) {
      const module = new WebAssembly.Module(await readFile(join(installed.root, "wasm", `${name}.wasm`)));
      assert.deepEqual(WebAssembly.Module.imports(module), [], name);
    }
  });

  test("hashes with SIMD", async () => {
    for (const name of ["portcullis", "password"]) {
      const file = join(installed.root, "wasm", `${name}.wasm`);
      const { stdout } = await execute(process.execPath, [wasmDis, file], { maxBuffer: 1 << 28 });
      const count = stdout.match(/\b(v128|i32x4|i64x2)\./g)?.length ?? 0;
      assert.ok(count > 100, `${name}: ${count} instructions`);
    }
  });

  test("runs in Node, imported by its name", async (t) => {
    await writeProgram(installed, "node.mjs", TO_OUTPUT, { own: "node:assert/strict" });
    const { stdout, stderr } = await execute(process.execPath, ["node.mjs"], {
      cwd: installed.folder,
      maxBuffer: 1 << 24,
    });
    assert.equal(stderr, "");
    await report(t, JSON.parse(stdout));
  });

  const noChromium = chromiumPath() ? false : "SKIPPED: no Chromium here";
  test("Chromium is installed", { skip: noChromium }, () => {});
  describe("in Chromium, under a strict CSP", { skip: noChromium }, () => {
    let browser, server;
    before(async () => {
      server = await serve(installed.folder);
      browser = await openBrowser();
    });
    after(async () => {
      await browser?.close();
      await server?.close();
    });

    const resultsAt = (path) => resultsOf(browser, server, path);

    test("runs as ES modules, without a bundler", async (t) => {
      await writeProgram(installed, "main.mjs", IN_PAGE, { entries: browserFiles(installed.manifest) });
      server.page("/plain", '<script type="module" src="/main.mjs"></script>');
      await report(t, await resultsAt("/plain"));
    });

    test("runs by its name, through an import map", async () => {
      const imports = Object.fromEntries(
        Object.values(ENTRIES).map((name) => [name, browserFile(installed.manifest, name)]),
      );
      const map = JSON.stringify({ imports });
      const hash = createHash("sha256").update(map).digest("base64");
      await writeProgram(installed, "named.mjs", IN_PAGE);
      server.page(
        "/named",
        `<script type="importmap">${map}</script><script type="module" src="/named.mjs"></script>`,
        `${POLICY} 'sha256-${hash}'`,
      );
      const results = await resultsAt("/named");
      assert.ok(results.length > 100);
    });

    test("runs bundled as a classic script, and a small program has all that it needs", async () => {
      const small = `
        import { isExpired, sign, secretKey } from "portcullis";
        globalThis.results = isExpired(sign({}, secretKey("x".repeat(32), "HS256"), { expiresIn: 60 }));
        if (results === false) globalThis.results = "not expired";
      `;
      await writeFile(join(installed.folder, "small.src.mjs"), small);
      const { warnings } = await build({
        entryPoints: [join(installed.folder, "small.src.mjs")],
        outfile: join(installed.folder, "small.js"),
        absWorkingDir: installed.folder,
        bundle: true,
        minify: true,
        format: "iife",
        platform: "browser",
        logLevel: "silent",
      });
      assert.deepEqual(warnings, []);
      server.page("/small", '<script src="/small.js"></script>');
      assert.equal(await resultsAt("/small"), "not expired");
    });
  });

  test("runs in workerd, with its modules imported as modules", async (t) => {
    const { folder } = installed;
    await writeProgram(
      installed,
      "worker.src.mjs",
      "export default { fetch: async () => Response.json(await results()) };",
    );
    const modules = await workerdModules(folder, "worker.src.mjs");
    const wasm = modules.filter(({ type }) => type === "CompiledWasm").map(({ path }) => basename(path, ".wasm"));
    assert.deepEqual(wasm.sort(), [...MODULES].sort(), "each workerd entry imports its module");
    const mf = new Miniflare({ ...miniflareOptions, modules });
    try {
      const response = await mf.dispatchFetch("http://package.test/");
      const text = await response.text();
      assert.equal(response.status, 200, text);
      await report(t, JSON.parse(text));
    } finally {
      await mf.dispose();
    }
  });
});
