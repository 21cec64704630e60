// The behaviors in the runtimes and bundles that package.test.mjs does not cover.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { bun, deno } from "../../scripts/lib/runtimes.mjs";
import { chromiumPath, openBrowser } from "../support/browser.mjs";
import { hasFirefox, openFirefox } from "../support/firefox.mjs";
import { hasWebKit, openWebKit } from "../support/webkit.mjs";
import { bundlers, viteServer, without } from "./bundles.mjs";
import {
  COMMON_JS,
  ENTRIES,
  IN_PAGE,
  TO_OUTPUT,
  allHold,
  browserFiles,
  installWithBehaviours,
  writeProgram,
} from "./program.mjs";
import { POLICY, resultsOf, serve, visit } from "./served.mjs";

const execute = promisify(execFile);
const script = (source) => `<script type="module" src="${source}"></script>`;
const lacking = (what, has) => (has ? false : `SKIPPED: ${what} not here`);

const noChromium = lacking("Chromium", chromiumPath());
// The browsers that WebDriver drives. Each runs the same tests.
const DRIVEN = [
  ["Firefox", lacking("Firefox with geckodriver", hasFirefox()), openFirefox],
  ["WebKit", lacking("WebKit with its driver and Xvfb", hasWebKit()), openWebKit],
];

let installed, server;
before(async () => {
  installed = await installWithBehaviours();
  server = await serve(installed.folder);
  await writeProgram(installed, "runtime.mjs", TO_OUTPUT);
  await writeProgram(installed, "page.src.mjs", IN_PAGE);
  await writeProgram(installed, "page.mjs", IN_PAGE, { entries: browserFiles(installed.manifest) });
});
after(async () => {
  await server?.close();
  await installed?.remove();
});

/** Returns the output of a program that prints one result, writes no errors and needs no environment variables. */
async function resultsIn(command, args, env = {}) {
  const { HOME, PATH } = process.env;
  const options = {
    cwd: installed.folder,
    env: { HOME, PATH, NO_COLOR: "1", ...env },
    maxBuffer: 1 << 24,
    timeout: 120_000,
  };
  const { stdout, stderr } = await execute(command, args, options);
  assert.equal(stderr, "");
  return JSON.parse(stdout);
}

describe("outside of browsers", () => {
  const own = () => ({ DENO_DIR: join(installed.folder, ".deno"), DENO_NO_UPDATE_CHECK: "1", DO_NOT_TRACK: "1" });

  test("every behavior holds in Deno without any permission", {
    skip: lacking("Deno", deno()),
  }, async () => {
    allHold(await resultsIn(deno(), ["run", "--no-prompt", "--cached-only", "runtime.mjs"], own()));
    // Reading a file would be refused here, and would ask for permission on a terminal.
    const names = JSON.stringify(Object.values(ENTRIES));
    await writeFile(
      join(installed.folder, "resolved.mjs"),
      `console.log(JSON.stringify(${names}.map((name) => import.meta.resolve(name))));`,
    );
    const resolved = await resultsIn(deno(), ["run", "--no-prompt", "--cached-only", "resolved.mjs"], own());
    assert.deepEqual(
      resolved.filter((file) => !/\/(browser|(session|inspect|presets|hono|express|fastify)\/index)\.js$/.test(file)),
      [],
    );
  });

  test("every behavior holds in Bun", { skip: lacking("Bun", bun()) }, async () => {
    allHold(await resultsIn(bun(), ["--no-install", "runtime.mjs"], own()));
  });

  for (const [format, name] of [
    ["esm", "bundle.mjs"],
    ["cjs", "bundle.cjs"],
  ]) {
    test(`every behavior holds in Node in a bundle of esbuild as ${format}, without other files`, async () => {
      const top = join(installed.folder, "node-bundle");
      await mkdir(top, { recursive: true });
      // The program prints later, because CommonJS has no top-level await.
      await writeProgram(installed, "later.mjs", `results().then((all) => console.log(JSON.stringify(all)));`);
      await bundlers.esbuild(installed.folder, "later.mjs", join("node-bundle", name), {
        platform: "node",
        format,
        ...(format === "cjs" && { logOverride: { "empty-import-meta": "silent" } }),
      });
      allHold(await resultsIn(process.execPath, [join("node-bundle", name)]));
    });
  }

  // The package's files are deleted after bundling, so that the bundle must contain the modules.
  for (const name of ["esbuild", "webpack"]) {
    test(`every behavior holds in Node in a bundle of ${name} whose program requires the package, without other files`, {
      skip: without(name),
    }, async () => {
      const top = join(installed.folder, "node-bundle");
      await mkdir(top, { recursive: true });
      await writeFile(join(installed.folder, "requires.cjs"), COMMON_JS);
      const out = join("node-bundle", `requires-${name}.cjs`);
      await bundlers[name](
        installed.folder,
        "requires.cjs",
        out,
        name === "esbuild"
          ? { platform: "node", format: "cjs", logOverride: { "empty-import-meta": "silent" } }
          : { target: "node" },
      );
      allHold(await resultsIn(process.execPath, [out]));
    });
  }
});

/** The page at `/name` with this script: every behavior holds in the page under the policy that the README names. */
async function holdsOnPage(browser, name, source) {
  server.page(`/${name}`, script(source));
  allHold(await resultsOf(browser, server, `/${name}`));
}

// A call of each entry that needs its module.
const NEEDS_MODULE = {
  portcullis: (entry) => `${entry}.secretKey("0123456789abcdef0123456789abcdef", "HS256")`,
  legacy: (entry) => `${entry}.verifyLegacy("a.b.c", "secret")`,
  passwords: (entry) => `${entry}.needsRehash("x")`,
};

/** What a page reports of the entries: what importing them, calling them twice and `ready` did. `before` runs first. */
async function outcomes(browser, name, policy, before = "") {
  const files = browserFiles(installed.manifest);
  const imports = Object.entries(files).map(([own, file]) => `const ${own} = await import("${file}");`);
  const calls = Object.entries(NEEDS_MODULE).map(
    ([own, call]) => `${own}: [
      ${own}.ModuleError.name, tried(${own}, () => ${call(own)}), tried(${own}, () => ${call(own)}),
      await ${own}.ready().then(() => "ready", ({ code }) => code), tried(${own}, () => ${call(own)}),
    ]`,
  );
  const program = `
    ${before}
    ${imports.join("\n")}
    const tried = (entry, call) => {
      try { call(); return "done"; } catch (error) {
        return error instanceof entry.ModuleError ? [error.code, error.message, error.cause instanceof Error] : "done";
      }
    };
    const [id, session] = [reading.decode("${UNSIGNED}").claims.id, sessions.createSession({ url: "https://x.example" })];
    globalThis.results = { ${calls.join(", ")}, id, whole: portcullis.isExpired("${UNSIGNED}"), session: session.status };
  `;
  await writeFile(join(installed.folder, `${name}.mjs`), program);
  server.page(`/${name}`, script(`/${name}.mjs`), policy);
  return visit(browser, server, `/${name}`);
}

const UNSIGNED = "eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.";
const WORKS_WITHOUT_MODULE = { id: 1, whole: false, session: "none" };

/** Every import loads, what needs no module works, and each call that needs a module says twice what the policy lacks. */
async function saysWhatIsMissing(browser) {
  const policy = POLICY.replace(" 'wasm-unsafe-eval'", "");
  const { results, problems } = await outcomes(browser, "without-wasm-unsafe-eval", policy);
  const { id, whole, session, ...entries } = results;
  assert.deepEqual({ id, whole, session }, WORKS_WITHOUT_MODULE);
  for (const [name, [type, first, second, ready]] of Object.entries(entries)) {
    assert.equal(type, "ModuleError");
    for (const outcome of [first, second]) {
      const [code, message, hasCause] = outcome;
      assert.deepEqual([code, hasCause], ["module_unavailable", true], `${name}: ${outcome}`);
      assert.match(message, /add 'wasm-unsafe-eval' to its script-src/, name);
    }
    assert.equal(ready, "module_unavailable", name);
  }
  // The console reports only violations of the policy.
  assert.deepEqual(
    problems.filter((text) => !/Content.Security.Policy/i.test(text)),
    [],
  );
}

// As Chrome up to 114 does on the main thread.
const ONLY_SMALL_MODULES = `
  for (const name of ["Module", "Instance"]) {
    const Real = WebAssembly[name];
    WebAssembly[name] = class extends Real {
      constructor(source, ...more) {
        const tooLarge = source instanceof Real ? source.tooLarge : source.byteLength > 4096;
        if (tooLarge) throw new RangeError(\`WebAssembly.\${name} is disallowed on the main thread, if the buffer size is larger than 4KB.\`);
        super(source, ...more);
      }
    };
  }
`;

/** The calls say to await ready(), and work after it. */
async function worksAfterReady(browser) {
  const { results, problems } = await outcomes(browser, "only-small-modules", POLICY, ONLY_SMALL_MODULES);
  const { id, whole, session, ...entries } = results;
  assert.deepEqual({ id, whole, session }, WORKS_WITHOUT_MODULE);
  for (const [name, [, first, second, ready, then]] of Object.entries(entries)) {
    for (const [code, message] of [first, second]) {
      assert.equal(code, "module_unavailable", name);
      assert.match(message, /await ready\(\)/, name);
    }
    assert.deepEqual([ready, then], ["ready", "done"], name);
  }
  assert.deepEqual(problems, []);
}

describe("in Chromium", { skip: noChromium }, () => {
  let browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  for (const name of ["esbuild", "vite", "webpack"]) {
    test(`every behavior holds in a bundle of ${name}`, { skip: without(name) }, async () => {
      await bundlers[name](installed.folder, "page.src.mjs", `${name}.js`);
      await holdsOnPage(browser, name, `/${name}.js`);
    });
  }

  test("every behavior holds with Vite's development server", { skip: without("vite") }, async () => {
    await writeFile(join(installed.folder, "index.html"), `<!doctype html>${script("/page.src.mjs")}`);
    const vite = await viteServer(installed.folder);
    try {
      allHold((await visit(browser, vite, "/")).results);
    } finally {
      await vite.close();
    }
  });

  test("without 'wasm-unsafe-eval' in the policy imports load, and calls say what is missing", () =>
    saysWhatIsMissing(browser));

  test("where only small modules are compiled synchronously, await ready() helps", () => worksAfterReady(browser));
});

for (const [name, skip, open] of DRIVEN) {
  describe(`in ${name}`, { skip }, () => {
    let browser;
    before(async () => {
      browser = await open();
    });
    after(() => browser?.close());

    test("every behavior holds as ES modules, without a bundler", () => holdsOnPage(browser, "plain", "/page.mjs"));

    test("every behavior holds in a bundle of esbuild", async () => {
      await bundlers.esbuild(installed.folder, "page.src.mjs", "one-file.js");
      await holdsOnPage(browser, "one-file", "/one-file.js");
    });

    test("without 'wasm-unsafe-eval' in the policy imports load, and calls say what is missing", () =>
      saysWhatIsMissing(browser));

    test("where only small modules are compiled synchronously, await ready() helps", () => worksAfterReady(browser));
  });
}
