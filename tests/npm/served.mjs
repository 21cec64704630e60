// Pages under a strict CSP, and their results.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".mjs": "text/javascript",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** The policy that the package's README asks for; everything else is blocked. */
export const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'";

/** Serves `folder` on the loopback, and the pages that `page()` gets: a body, and a policy, by default `POLICY`. */
export async function serve(folder) {
  const pages = new Map();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const page = pages.get(path);
    if (page) {
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": page.policy });
      return response.end(`<!doctype html><meta charset="utf-8">${page.body}`);
    }
    const file = join(folder, normalize(path));
    try {
      if (!file.startsWith(folder + sep)) throw new Error("outside");
      const body = await readFile(file);
      response.writeHead(200, {
        "content-type": TYPES[extname(file)] ?? "text/plain",
        "x-content-type-options": "nosniff",
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    page: (path, body, policy = POLICY) => pages.set(path, { body, policy }),
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}

const TIMEOUT = 60_000; // ms, on a slow machine
const results = () => globalThis.results;

/** Records the problems of a page of Playwright, as a page of Firefox or WebKit does by itself. */
function listen(page) {
  if (page.problems) return page;
  const [problems, requests] = [[], []];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("request", (request) => requests.push(request.url()));
  return { problems, requests };
}

/** The `results` of the page at `path` in Chromium, Firefox or WebKit (`openBrowser`, `openFirefox`, `openWebKit`), and its problems. */
export async function visit(browser, server, path) {
  const page = await browser.newPage();
  const { problems, requests } = listen(page);
  try {
    await page.goto(server.origin + path);
    const found = await page.waitForFunction(results, undefined, { timeout: TIMEOUT }).then(
      (handle) => handle?.jsonValue?.() ?? handle,
      (error) => void problems.push(error.message),
    );
    const elsewhere = requests.filter((url) => !url.startsWith(`${server.origin}/`));
    return { results: found, problems: [...problems, ...elsewhere.map((url) => `asked for ${url}`)] };
  } finally {
    await page.close();
  }
}

/** The same, but fails if there is any line in the console. */
export async function resultsOf(browser, server, path) {
  const { results, problems } = await visit(browser, server, path);
  assert.deepEqual(problems, []);
  return results;
}
