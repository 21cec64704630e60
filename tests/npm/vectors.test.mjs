import assert from "node:assert/strict";
import { resolve } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as portcullis from "portcullis";
import * as legacy from "portcullis/legacy";
import { chromiumPath, openBrowser } from "../support/browser.mjs";
import { SKIPPED, ourVectors, vectors } from "../support/vectors.mjs";
import { resultsOf, serve } from "./served.mjs";
import { runVectors } from "./vectors/cases.mjs";

const root = resolve(fileURLToPath(new URL("../..", import.meta.url)));
const derived = vectors("derived", "jwt_attacks_hs256.json");
const skip = derived ? false : SKIPPED;

test("the test vectors are available", { skip }, () => {});

const data = derived && {
  derived,
  jwt: vectors("peers", "jwt.json"),
  keys: vectors("peers", "jwt_keys.json"),
  itsdangerous: vectors("peers", "itsdangerous.json"),
  codes: ourVectors("codes.json"),
};
// An empty file has no case that could fail.
const CASES = 113 + 203 + 71 + 3;

async function report(t, results) {
  assert.equal(results.length, CASES);
  for (const { name, error } of results) {
    await t.test(name, () => {
      if (error !== undefined) throw Object.assign(new Error(error), { stack: error });
    });
  }
}

describe("tokens of other projects get the same codes as in the native tests", { skip }, () => {
  test("in Node", (t) => report(t, runVectors({ portcullis, legacy }, assert, data)));

  const noChromium = chromiumPath() ? false : "SKIPPED: no Chromium here";
  test("in Chromium", { skip: noChromium }, async (t) => {
    const server = await serve(root);
    const browser = await openBrowser();
    try {
      const json = JSON.stringify(data).replaceAll("<", "\\u003c");
      server.page(
        "/vectors",
        `<script type="application/json" id="data">${json}</script><script type="module" src="/tests/npm/vectors/page.mjs"></script>`,
      );
      await report(t, await resultsOf(browser, server, "/vectors"));
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
