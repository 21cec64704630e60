import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser } from "../support/browser.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";
import { focuses, greeted, logIn, openPage, ready } from "./open-page.mjs";

// What Chromium itself writes to the console about an answer that is no success, or none at all.
const REFUSED = /^Failed to load resource/;

const stay = (page) => page.getByLabel("Stay logged in in this browser");
const raw = (page) => page.locator("#raw").textContent();
const anotherThan = (page, token) => page.waitForFunction((it) => ![it, ""].includes(document.getElementById("raw").textContent), token);
const stored = (page) => page.evaluate(() => localStorage.length);

/** A second tab beside a page that is open. */
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
before(async () => { browser = await openBrowser(); });
after(() => browser?.close());

describe("a session on the page", () => {
  let worker;
  before(async () => { worker = await startWorker({ users: [alice] }); });
  after(() => worker?.stop());

  test("Refresh gets another token, and the ring, the claims and the clocks are the new one's", async () => {
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

  test("logging out tells the service, which ends the session", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    const answered = page.waitForResponse("**/login");
    await logIn(page);
    const { refresh_token } = await (await answered).json();
    await greeted(page);
    const told = page.waitForResponse("**/logout");
    await page.getByRole("button", { name: "Log out" }).click();
    assert.equal((await told).status(), 204);
    const again = await fetch(new URL("/refresh", worker.url), { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ refresh_token }) });
    assert.equal(again.status, 401);
    assertClean();
    await context.close();
  });

  test("unless it is asked for nothing is stored, and a reload ends it", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    assert.equal(await stay(page).isChecked(), false);
    await logIn(page);
    await greeted(page);
    await page.getByText("Kept in this page’s memory and nowhere else.").waitFor();
    assert.equal(await stored(page), 0);
    await page.reload();
    await ready(page);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    assertClean();
    await context.close();
  });

  test("kept in the browser it outlives a reload, and logging out removes it", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logInAndStay(page);
    await page.getByText("Kept in this browser, for all its tabs, until you log out.").waitFor();
    const first = await raw(page);
    assert.equal(await stored(page), 1);
    await page.reload();
    await ready(page);
    await greeted(page);
    assert.equal(await raw(page), first);
    assert.equal(await page.locator("#login").isHidden(), true);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.waitForFunction(() => localStorage.length === 0);
    assertClean();
    await context.close();
  });

  test("two tabs share a session: a login, a refresh and a log-out in one are seen in the other", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    const tab = await openTab(context, worker.url);
    await page.bringToFront();
    await logInAndStay(page);
    await greeted(tab);
    const first = await raw(page);
    assert.equal(await raw(tab), first);
    await tab.getByRole("button", { name: "Refresh" }).click();
    await anotherThan(page, first);
    assert.equal(await raw(page), await raw(tab));
    await page.getByRole("button", { name: "Log out" }).click();
    await tab.getByText("You logged out in another tab.").waitFor();
    assert.equal(await tab.getByLabel("Username").inputValue(), "");
    await tab.getByRole("heading", { name: "No token yet" }).waitFor();
    assertClean();
    await context.close();
  });

  test("both tabs asking at once is one refresh after the other, and both go on", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logInAndStay(page);
    const tab = await openTab(context, worker.url);
    await greeted(tab);
    const first = await raw(page);
    await Promise.all([page, tab].map((it) => it.getByRole("button", { name: "Refresh" }).click()));
    for (const it of [page, tab]) await anotherThan(it, first);
    // No refresh token was used twice: that would have ended the session.
    const second = await raw(page);
    await page.getByRole("button", { name: "Refresh" }).click();
    for (const it of [page, tab]) await anotherThan(it, second);
    for (const it of [page, tab]) assert.equal(await it.getByRole("heading", { name: "Hello, alice" }).isVisible(), true);
    assertClean();
    await context.close();
  });

  test("after a login that failed, or a session of its own, a page still joins what another tab begins", async () => {
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

  test("after a session of its own, a page joins what another tab has begun already", async () => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    const tab = await openTab(context, worker.url);
    await logInAndStay(tab);
    await page.getByRole("button", { name: "Log out" }).click();
    await page.getByText("Kept in this browser, for all its tabs, until you log out.").waitFor();
    await greeted(page);
    await tab.getByRole("button", { name: "Log out" }).click();
    await page.getByText("You logged out in another tab.").waitFor();
    assertClean();
    await context.close();
  });

  test("a session of one page alone is not touched by another tab's", async () => {
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

describe("the end of a token and of a session", () => {
  test("a token is renewed by itself ahead of its end", () => withWorker({ users: [alice], vars: { TOKEN_EXPIRATION: "6" } }, async (worker) => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    await page.evaluate(() => {
      window.seen = new Set();
      new MutationObserver(() => window.seen.add(document.getElementById("token-status").textContent)).observe(document.getElementById("token-status"), { childList: true });
    });
    for (let i = 0; i < 2; i += 1) await anotherThan(page, await raw(page));
    assert.deepEqual(await page.evaluate(() => [...window.seen].filter((it) => it !== "Current")), []);
    assertClean();
    await context.close();
  }));

  test("offline the token expires at the second, once said; online again it is renewed", () => withWorker({ users: [alice], vars: { TOKEN_EXPIRATION: "4" } }, async (worker) => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    await context.setOffline(true);
    const { exp } = JSON.parse(await page.locator("#claims-json").textContent());
    await page.locator("#token-status", { hasText: "Expired" }).waitFor();
    const late = Date.now() - exp * 1000;
    assert.ok(late >= 0 && late < 2500, `the change came ${late} ms after the expiry`);
    await page.getByText("Your access token has expired and could not be renewed: you seem to be offline.").waitFor();
    assert.equal(await page.locator("#access-left").textContent(), "over");
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The token could not be refreshed. You seem to be offline.").waitFor();
    await context.setOffline(false);
    await page.locator("#token-status", { hasText: "Current" }).waitFor();
    await page.locator("#session-message").waitFor({ state: "hidden" });
    assertClean(REFUSED);
    await context.close();
  }));

  test("when the session is over the page says so, and asks for the password alone", () => withWorker({ users: [alice], vars: { REFRESH_EXPIRATION: "60" }, clock: true }, async (worker) => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    await worker.clock.ahead(120);
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.locator("#login-message", { hasText: /^(Your session has reached its end|The service has ended your session)\. Log in again\.$/ }).waitFor();
    await focuses(page, "password");
    assert.equal(await page.getByLabel("Username").inputValue(), "alice");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORDS.alice);
    await page.keyboard.press("Enter");
    await greeted(page);
    assertClean(REFUSED);
    await context.close();
  }));

  test("a session whose account is disabled ends with the next refresh", () => withWorker({ users: [alice] }, async (worker) => {
    const { page, context, assertClean } = await openPage(browser, worker.url);
    await logIn(page);
    await greeted(page);
    await worker.kv.put("user:alice", JSON.stringify({ ...alice, disabled: true }));
    await page.getByRole("button", { name: "Refresh" }).click();
    await page.getByText("The service has ended your session. Log in again.").waitFor();
    assertClean(REFUSED);
    await context.close();
  }));
});

describe("a clock that is wrong", () => {
  for (const [name, ahead] of [["slow", 3600], ["fast", -3600]]) {
    test(`a device whose clock is an hour ${name} shows what the service's clock says`, () => withWorker({ users: [alice], clock: true }, async (worker) => {
      await worker.clock.ahead(ahead);
      const { page, context, assertClean } = await openPage(browser, worker.url);
      await logIn(page);
      await greeted(page);
      await page.getByText(`The clock of this device is 60 minutes ${name}.`).waitFor();
      assert.equal(await page.locator("#token-status").textContent(), "Current");
      assert.match(await page.locator("#countdown").textContent(), /^(1\sh 0\smin|59\smin \d+\ss) left$/);
      assert.match(await page.locator("#access-left").textContent(), /^(1\sh 0\smin|59\smin \d+\ss)\sleft$/);
      assert.match(await page.locator("#dates").textContent(), /Expires(in 59 minutes|in 1 hour) /);
      assertClean();
      await context.close();
    }));
  }
});
