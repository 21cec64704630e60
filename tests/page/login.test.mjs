import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openBrowser } from "../support/browser.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";
import { REFUSED, focused, focuses, greeted, logIn, openPage, servedPage } from "./open-page.mjs";

describe("logging in on the page", () => {
  const site = servedPage({ users: [alice] });

  test("a login greets the user and shows the token's claims and its time left", async () => {
    const { page, context, assertClean } = await site.open();
    await logIn(page);
    await greeted(page);
    assert.equal(await page.locator("#token-status").textContent(), "Current");
    assert.match(await page.locator("#countdown").textContent(), /^(1\sh 0\smin|59\smin \d+\ss) left$/);
    assert.match(await page.locator("#session-facts").textContent(), /User id1Phone\+442079460001/);
    assert.match(await page.locator("#access-left").textContent(), /^(1\sh 0\smin|59\smin \d+\ss)\sleft$/);
    assert.match(await page.locator("#session-left").textContent(), /^(30\sd 0\sh|29\sd 23\sh)\sleft$/);
    const row = (name) =>
      page
        .locator("#claims-rows tr")
        .filter({ has: page.locator("th bdi", { hasText: new RegExp(`^${name}$`) }) })
        .locator("td");
    assert.equal(await row("sub").textContent(), "1");
    assert.equal(await row("id").textContent(), "1");
    assert.match(await row("exp").textContent(), /^\d{10}\w+day.* \d{4} at \d+:\d\d:\d\d/);
    assert.match(await page.locator("#header-rows").textContent(), /HS512/);
    assert.match(
      await page.locator("#findings").textContent(),
      /^Inspected, not verified\. The token came from the service/,
    );
    assert.deepEqual(JSON.parse(await page.locator("#claims-json").textContent()).id, 1);
    assert.match(await page.locator("#raw").textContent(), /^[\w-]+\.[\w-]+\.[\w-]+$/);
    assertClean();
    await context.close();
  });

  test("the form asks for an empty field and sends nothing", async () => {
    const { page, context, requests, assertClean } = await site.open();
    await page.getByRole("button", { name: "Log in" }).click();
    await page.getByText("Enter your username.").waitFor();
    await page.getByLabel("Username").fill("alice");
    await page.keyboard.press("Enter");
    await page.getByText("Enter your password.").waitFor();
    assert.equal(await focused(page, "password"), true);
    assert.equal(
      requests.some((address) => address.endsWith("/login")),
      false,
    );
    assertClean();
    await context.close();
  });

  test("the password field is masked and accepts a pasted password", async () => {
    const { page, context, assertClean } = await site.open();
    const field = page.getByLabel("Password", { exact: true });
    assert.equal(await field.getAttribute("type"), "password");
    assert.equal(await field.getAttribute("autocomplete"), "current-password", "a password manager may fill it in");
    const username = page.getByLabel("Username");
    await username.fill(PASSWORDS.alice);
    await username.press("ControlOrMeta+A");
    await username.press("ControlOrMeta+X");
    await field.press("ControlOrMeta+V");
    assert.equal(await field.inputValue(), PASSWORDS.alice);
    await username.fill("alice");
    await page.getByRole("button", { name: "Log in" }).click();
    await greeted(page);
    assertClean();
    await context.close();
  });

  test("the password can be shown, and is hidden again when the form is sent", async () => {
    const { page, context } = await site.open();
    const field = page.getByLabel("Password", { exact: true });
    await field.fill("not the password at all");
    await page.getByRole("button", { name: "Show password" }).click();
    assert.equal(await field.getAttribute("type"), "text");
    await page.getByRole("button", { name: "Hide password" }).waitFor();
    await page.getByLabel("Username").fill("alice");
    await page.getByRole("button", { name: "Log in" }).click();
    assert.equal(await field.getAttribute("type"), "password");
    await context.close();
  });

  test("the keyboard alone is enough to log in and out", async () => {
    const { page, context, assertClean } = await site.open({ url: `${site.url}/#login` });
    await focuses(page, "username");
    await page.keyboard.type("alice");
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORDS.alice);
    await page.keyboard.press("Enter");
    await greeted(page);
    assert.equal(await focused(page, "session-title"), true);
    await page.keyboard.press("Tab");
    assert.equal(await focused(page, "refresh"), true);
    await page.keyboard.press("Tab");
    assert.equal(await focused(page, "logout"), true);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "No token yet" }).waitFor();
    assert.equal(await focused(page, "username"), true);
    assertClean();
    await context.close();
  });

  test("the page reports being offline differently from a wrong password", async () => {
    const { page, context, assertClean } = await site.open();
    await context.setOffline(true);
    await logIn(page);
    await page.getByText("You seem to be offline.").waitFor();
    await context.setOffline(false);
    await page.getByRole("button", { name: "Log in" }).click();
    await greeted(page);
    assertClean(REFUSED);
    await context.close();
  });
});

describe("a login that fails", () => {
  let browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());

  test("the page says that nobody can log in to a service that is not configured", async () => {
    const worker = await startWorker({ vars: { TOKEN_EXPIRATION: "soon" }, users: [alice] });
    try {
      const { page, assertClean } = await openPage(browser, worker.url);
      await logIn(page);
      await page.getByText("This service is not configured correctly").waitFor();
      assertClean(REFUSED);
    } finally {
      await worker.stop();
    }
  });

  test("the page asks to try again shortly when the service has no user records", async () => {
    const USERS =
      "export default () => ({ get() { throw new Error('down'); }, getWithMetadata() { throw new Error('down'); } });";
    const worker = await startWorker({ bindings: { USERS } });
    try {
      const { page, assertClean } = await openPage(browser, worker.url);
      await logIn(page);
      await page.getByText("The service cannot reach its user records").waitFor();
      assertClean(REFUSED);
    } finally {
      await worker.stop();
    }
  });

  test("the page reports a service that does not answer, and keeps the entered text", async () => {
    const worker = await startWorker({ users: [alice] });
    const { page, assertClean } = await openPage(browser, worker.url);
    await worker.stop();
    await logIn(page);
    await page.getByText("The service cannot be reached.").waitFor();
    assert.equal(await page.getByLabel("Username").inputValue(), "alice");
    assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), PASSWORDS.alice);
    assertClean(REFUSED);
  });

  test("each response of the service has its own message", async () => {
    const worker = await startWorker({ users: [alice] });
    try {
      const { page, assertClean } = await openPage(browser, worker.url);
      let answer;
      await page.route("**/login", (route) => route.fulfill(answer));
      const problem = (status, code, headers = {}) => ({
        status,
        headers,
        contentType: "application/problem+json",
        body: JSON.stringify({ status, code }),
      });
      for (const [given, words] of [
        [problem(429, "too_many_attempts", { "Retry-After": "870" }), "Too many attempts. Try again in 15 minutes."],
        [problem(429, "too_many_attempts", { "Retry-After": "1" }), "Too many attempts. Try again in 1 second."],
        [problem(429, "too_many_attempts"), "Too many attempts. Wait a while before trying again."],
        [problem(413, "body_too_large"), "The username or the password is longer than the service accepts."],
        [problem(400, "request_malformed"), "The service could not read the username or the password."],
        [problem(404, "not_found"), "There is no login service at this address. Check the address of the page."],
        [problem(418, "constructor"), "The service refused the request (418)."],
        [{ status: 502, body: "<h1>Bad gateway</h1>" }, "Something went wrong in the service (502)."],
        [{ status: 200, body: "<h1>Welcome to this hotel’s network</h1>" }, "an answer this page does not understand"],
        [{ status: 200, body: '{"token":"no token"}' }, "an answer this page does not understand"],
      ]) {
        answer = given;
        await logIn(page);
        await page.locator("#login-message", { hasText: words }).waitFor();
      }
      assertClean(REFUSED);
    } finally {
      await worker.stop();
    }
  });

  test("a login succeeds even when the account cannot be read after it", async () => {
    const worker = await startWorker({ users: [alice] });
    try {
      const { page, assertClean } = await openPage(browser, worker.url);
      await page.route("**/me", (route) =>
        route.fulfill({
          status: 503,
          contentType: "application/problem+json",
          body: '{"status":503,"code":"store_unavailable"}',
        }),
      );
      await logIn(page);
      await page.getByText("Your account could not be read.").waitFor();
      await page.getByRole("heading", { name: "You are logged in" }).waitFor();
      assert.equal(await page.locator("#token-status").textContent(), "Current");
      assertClean(REFUSED);
    } finally {
      await worker.stop();
    }
  });
});
