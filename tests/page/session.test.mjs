import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { administered, userPath } from "../support/admin.mjs";
import { openBrowser } from "../support/browser.mjs";
import { alice } from "../support/users.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";
import { REFUSED, focuses, greeted, logIn, openPage, ready } from "./open-page.mjs";

const stay = (page) => page.getByLabel("Stay logged in in this browser");
const raw = (page) => page.locator("#raw").textContent();
const anotherThan = (page, token) =>
  page.waitForFunction((it) => ![it, ""].includes(document.getElementById("raw").textContent), token);
const stored = (page) => page.evaluate(() => localStorage.length);

/** Opens a second tab in the browser context of an open page. */
async function openTab(context, url) {
  const tab = await context.newPage();
  tab.setDefaultTimeout(15_000);
  await tab.goto(url);
  await ready(tab);
  return tab;
}

async function logInAndStay(page) {
  await stay(page).check();
  await logIn(page);
  await greeted(page);
}

let browser;
before(async () => {
  browser = await openBrowser();
});
after(() => browser?.close());

describe("a session on the page", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice] });
  });
  after(() => worker?.stop());

  test("Refresh gets another token, and the ring, the claims and the clocks show the new token", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    const first = await raw(page);
    await page.getByRole("button", { name: "Refresh" }).click();
    await anotherThan(page, first);
    await focuses(page, "refresh");
    await page.getByRole("status").filter({ hasText: "You have a new access token." }).waitFor({ state: "attached" });
    assert.match(await page.locator("#countdown").textContent(), /^(1\sh 0\smin|59\smin \d+\ss) left$/);
    assert.equal(await page.getByRole("heading", { name: "Hello, alice" }).isVisible(), true);
    assertClean();
    await context.close();
  });

  test("a log-out tells the service, which ends the session", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    const answered = page.waitForResponse("**/login");
    await logIn(page);
    const { refresh_token } = await (await answered).json();
    await greeted(page);
    const told = page.waitForResponse("**/logout");
    await page.getByRole("button", { name: "Log out" }).click();
    assert.equal((await told).status(), 204);
    const again = await fetch(new URL("/refresh", worker.url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refresh_token }),
    });
    assert.equal(again.status, 401);
    assertClean();
    await context.close();
  });

  test("the page stores nothing unless the user asks for it, and a reload ends the session", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    assert.equal(await stay(page).isChecked(), false);
    await logIn(page);
    await greeted(page);
    await page.getByText("The session is kept only in this page’s memory").waitFor();
    assert.equal(await stored(page), 0);
    await page.reload();
    await ready(page);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    assertClean();
    await context.close();
  });

  test("a page joins the session of another tab after a failed login and after a session of its own", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page, "not the password at all");
    await page.getByText("The username and password do not match").waitFor();
    const tab = await openTab(context, worker.url);
    await logInAndStay(tab);
    await greeted(page);
    await tab.getByRole("button", { name: "Log out" }).click();
    await page.getByText("You logged out in another tab.").waitFor();
    await logIn(page);
    await greeted(page);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await logInAndStay(tab);
    await greeted(page);
    assertClean(REFUSED);
    await context.close();
  });

  test("a page joins an existing session of another tab after a session of its own", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    const tab = await openTab(context, worker.url);
    await logInAndStay(tab);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByText("The session is stored in this browser, for all its tabs, until you log out.").waitFor();
    await greeted(page);
    await tab.getByRole("button", { name: "Log out" }).click();
    await page.getByText("You logged out in another tab.").waitFor();
    assertClean();
    await context.close();
  });

  test("a session in another tab does not change the session of one page", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    const own = await raw(page);
    const tab = await openTab(context, worker.url);
    await logInAndStay(tab);
    await tab.getByRole("button", { name: "Log out" }).click();
    await tab.getByRole("heading", { name: "Log in" }).waitFor();
    assert.equal(await raw(page), own);
    assertClean();
    await context.close();
  });
});

describe("the end of a session", () => {
  test("a session whose account is disabled ends at the next refresh", () =>
    withWorker({ users: [alice] }, async (worker) => {
      const { page, context, assertClean } = await openPage(browser, worker.url);
      await logIn(page);
      await greeted(page);
      await administered(worker, "PATCH", userPath("alice"), { disabled: true });
      await page.getByRole("button", { name: "Refresh" }).click();
      await page.getByText("The service has ended your session. Log in again.").waitFor();
      assertClean(REFUSED);
      await context.close();
    }));
});
