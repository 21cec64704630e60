// Tests that the page keeps nothing it should not keep when the user leaves it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { alice } from "../support/users.mjs";
import { greeted, logIn, ready, servedPage } from "./open-page.mjs";

const site = servedPage({ users: [alice] });

/** Fires the event that tells a page that the browser keeps it for the Back button. */
const putAside = (page) =>
  page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
const getBack = (page) =>
  page.evaluate(() => window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));

/** The Worker's status for a refresh token. */
async function refreshed(refresh_token) {
  const { status } = await fetch(new URL("/refresh", site.url), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ refresh_token }),
  });
  return status;
}

describe("leaving the page", () => {
  test("ends a session that was not to be kept, in the page and in the service, so that Back shows no session", async () => {
    const { page, context, assertClean } = await site.open();
    const answered = page.waitForResponse("**/login");
    await logIn(page);
    const { refresh_token, token } = await (await answered).json();
    await greeted(page);
    const told = page.waitForResponse("**/logout");
    await putAside(page);
    await getBack(page);
    assert.equal((await told).status(), 204);
    await page.getByRole("heading", { name: "Log in" }).waitFor();
    await page.getByRole("heading", { name: "No token yet" }).waitFor();
    assert.equal(await page.getByLabel("Username").inputValue(), "");
    assert.equal((await page.content()).includes(token), false);
    assert.equal(await refreshed(refresh_token), 401);
    assertClean();
    await context.close();
  });

  test("tells the service when the user opens another page", async () => {
    const { page, context } = await site.open();
    const answered = page.waitForResponse("**/login");
    await logIn(page);
    const { token } = await (await answered).json();
    await greeted(page);
    await page.goto("about:blank");
    const me = () =>
      fetch(new URL("/me", site.url), { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
    const end = Date.now() + 15_000;
    while ((await me()) !== 401) assert.ok(Date.now() < end, "the token is still good");
    await context.close();
  });

  test("does not end a session that was to be kept", async () => {
    const { page, context, assertClean } = await site.open();
    await page.getByLabel("Stay logged in in this browser").check();
    await logIn(page);
    await greeted(page);
    await putAside(page);
    await getBack(page);
    await page.reload();
    await ready(page);
    await greeted(page);
    await page.getByRole("button", { name: "Log out" }).click();
    assertClean();
    await context.close();
  });

  test("shows on return that another tab has ended the kept session", async () => {
    const { page, context, assertClean } = await site.open();
    await page.getByLabel("Stay logged in in this browser").check();
    await logIn(page);
    await greeted(page);
    // The page misses the event, as a page does while the browser keeps it for the Back button.
    await page.evaluate(() => localStorage.clear());
    await getBack(page);
    await page.getByText("You logged out in another tab.").waitFor();
    await page.getByRole("heading", { name: "No token yet" }).waitFor();
    assertClean();
    await context.close();
  });
});
