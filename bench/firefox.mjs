// Measures the peers in Firefox, as bench-chromium.mjs of the harness does in Chromium. js.mjs runs this script in its
// copy of the harness.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { build } from "esbuild";
import { openFirefox } from "../tests/support/firefox.mjs";

const { mdTable } = await import(pathToFileURL(join(process.cwd(), "lib", "runner.mjs")));
const option = Object.fromEntries(process.argv.slice(2).map((text) => text.replace(/^--/, "").split("=")));
const REFERENCE = "jose (CryptoKey)";

const program = `
  import { competitors } from "./competitors.mjs";
  import { prepare } from "./lib/prepare.mjs";
  import { addRatios, runInterleaved } from "./lib/runner.mjs";
  let prepared;
  globalThis.bench = {
    async prepare(fixtures, only) {
      prepared = await prepare(competitors, fixtures, { env: "browser", only });
      return Object.keys(prepared.cases);
    },
    async run(id, options) {
      const rows = await runInterleaved(prepared.cases[id], options);
      return { rows, ref: addRatios(rows, options.ref) };
    },
  };
`;
const { outputFiles } = await build({
  stdin: { contents: program, resolveDir: process.cwd() },
  ...{ bundle: true, format: "esm", minify: true, write: false, platform: "browser", target: "es2022" },
});

// Browsers give a finer clock to an isolated page.
const isolated = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
const server = createServer((request, response) => {
  const script = request.url === "/bench.js";
  response.writeHead(200, { ...isolated, "content-type": script ? "text/javascript" : "text/html" });
  response.end(
    script
      ? outputFiles[0].contents
      : '<!doctype html><meta charset="utf-8"><script type="module" src="/bench.js"></script>',
  );
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

const browser = await openFirefox({ prefs: { "privacy.reduceTimerPrecision": false }, scriptTimeout: 600_000 });
try {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction("Boolean(globalThis.bench)");
  const fixtures = JSON.parse(readFileSync("fixtures.json", "utf8"));
  const ids = await page.evaluate((...given) => globalThis.bench.prepare(...given), fixtures, option.only?.split(","));
  console.log(
    `# ${await page.evaluate("navigator.userAgent")}, isolated: ${await page.evaluate("crossOriginIsolated")}\n`,
  );
  const wanted = (id) => !option.ops || option.ops.split(",").some((op) => id.startsWith(op));
  for (const id of ids.filter(wanted)) {
    const how = { rounds: Number(option.rounds ?? 15), targetMs: Number(option.target ?? 25), ref: REFERENCE };
    const { rows, ref } = await page.evaluate((...given) => globalThis.bench.run(...given), id, how);
    console.log(mdTable(id, rows, ref));
  }
} finally {
  await browser.close();
  server.close().closeAllConnections();
}
