// Opens the page in a browser and records everything that must not happen.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { openBrowser } from "../support/browser.mjs";
import { PASSWORDS } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

/** The line that Chromium writes to the console for a failed response or a missing response. */
export const REFUSED = /^Failed to load resource/;

/**
 * Chromium for the tests of a file or of a `describe`, and a Worker that is started with `options`. Use the
 * Worker's `url` and `open()`, which opens the page at that URL, only inside tests.
 */
export function servedPage(options) {
  let browser, worker;
  before(async () => {
    browser = await openBrowser();
    worker = await startWorker(options);
  });
  after(async () => {
    await browser?.close();
    await worker?.stop();
  });
  return {
    get url() {
      return worker.url;
    },
    /** See `openPage`; `url` is the address of another Worker, or a path below this Worker's address. */
    open: ({ url = worker.url, ...options } = {}) => openPage(browser, url, options),
  };
}

/**
 * A fresh page at `url`, ready for use. `requests` holds the address of each request that the page made.
 * `assertClean` fails if the page wrote an error, violated its policy or sent a request to another origin.
 */
export async function openPage(browser, url, options = {}) {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "Europe/London", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = [],
    requests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(`exception: ${error.message}`));
  page.on("request", (request) => requests.push(request.url()));
  await page.exposeFunction("reportViolation", (text) => {
    problems.push(`CSP violation: ${text}`);
  });
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) =>
      window.reportViolation(`${event.violatedDirective} ${event.blockedURI}`),
    );
  });
  await page.goto(url);
  await ready(page);
  return {
    page,
    context,
    requests,
    /** `allowed` matches the console lines that a test causes on purpose, such as the browser's line about a 401. */
    assertClean(allowed = /^$/) {
      assert.deepEqual(
        problems.filter((problem) => !allowed.test(problem)),
        [],
      );
      assert.deepEqual(
        requests.filter((address) => new URL(address).origin !== new URL(url).origin),
        [],
      );
    },
  };
}

/** Waits until the script runs and the page knows whether a user is logged in. */
export const ready = (page) => page.locator("html:not([data-session])").waitFor({ state: "attached" });

/** Fills in the form and presses its button. */
export async function logIn(page, password = PASSWORDS.alice) {
  await page.getByLabel("Username").fill("alice");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

export const greeted = (page) => page.getByRole("heading", { name: "Hello, alice" }).waitFor();

/** Whether the element with this id has the focus. */
export const focused = (page, id) => page.evaluate((it) => document.activeElement?.id === it, id);

/** Waits until the element with this id has the focus. */
export const focuses = (page, id) => page.waitForFunction((it) => document.activeElement?.id === it, id);

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** An unsigned token, which is enough because the page inspects it without verifying it. */
export const token = (claims, header = { alg: "HS512", typ: "JWT" }) =>
  `${encode(header)}.${encode(claims)}.${"c2lnbmF0dXJl".repeat(4)}`;

export const seconds = () => Math.floor(Date.now() / 1000);
