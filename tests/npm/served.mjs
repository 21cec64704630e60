// Pages under a strict CSP, and what they leave.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = { ".mjs": "text/javascript", ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** Serves `folder` on the loopback, and the pages that are given to `page()`. */
export async function serve(folder) {
  const pages = new Map();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const page = pages.get(path);
    if (page) {
      const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${page.hash}; base-uri 'none'; frame-ancestors 'none'`;
      const icon = '<link rel="icon" href="data:,">';
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": `${policy}; img-src data:` });
      return response.end(`<!doctype html><meta charset="utf-8">${icon}${page.body}`);
    }
    const file = join(folder, normalize(path));
    try {
      if (!file.startsWith(folder + sep)) throw new Error("outside");
      const body = await readFile(file);
      response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "text/plain", "x-content-type-options": "nosniff" });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    page: (path, body, hash = "") => pages.set(path, { body, hash }),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** What the page at `path` leaves in `results`; anything in the console fails. */
export async function resultsOf(browser, server, path) {
  const page = await browser.newPage();
  const problems = [];
  page.on("console", (message) => problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("requestfailed", (request) => problems.push(`failed: ${request.url()}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(server.origin)) problems.push(`asked for ${request.url()}`);
  });
  await page.goto(server.origin + path);
  const finished = page.waitForFunction(() => globalThis.results, undefined, { timeout: 60_000 });
  const results = await finished.then((handle) => handle.jsonValue(), (error) => problems.push(error.message));
  await page.close();
  assert.deepEqual(problems, []);
  return results;
}
