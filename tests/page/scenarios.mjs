// Scenarios that must work on the page in every browser, with the real Worker.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { browsers } from "../support/tabs.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";
import { seconds, token } from "./open-page.mjs";

// The lines that browsers write to the console for a failed response or a missing response.
const REFUSED = /^Failed to load resource|^failed: \S+\/(login|refresh|logout|me) (NS_ERROR|offline$)/;

const HOUR_LEFT = /^(1\sh 0\smin|59\smin \d+\ss)\sleft$/;

/** Waits until the script runs and the page knows whether a user is logged in. */
const ready = (tab) => tab.until(() => document.documentElement.dataset.session === undefined);

async function logIn(tab, password = PASSWORDS.alice) {
  await tab.fill("#username", "alice");
  await tab.fill("#password", password);
  await tab.click("#login-button");
}

const greeted = (tab) => tab.shows("#session-title", /^Hello, alice$/);

async function logInAndStay(tab) {
  await tab.click("#stay");
  await logIn(tab);
  await greeted(tab);
}

const raw = (tab) => tab.text("#raw");
const anotherThan = (tab, token) =>
  tab.until((it) => ![it, ""].includes(document.getElementById("raw").textContent), token);

/** Asserts for each tab that it had no problem except those that `allowed` matches, and asked no other origin. */
function assertClean(tabs, allowed = /^$/) {
  for (const { problems, requests, origin } of tabs) {
    assert.deepEqual(
      problems.filter((problem) => !allowed.test(problem)),
      [],
    );
    assert.deepEqual(
      requests.filter((address) => !address.startsWith(origin)),
      [],
    );
  }
}

/** Runs the scenarios in the browser of this name. */
export function scenarios(name) {
  describe(`the page in ${name}`, () => {
    let browser, worker;
    before(async () => {
      browser = await browsers[name].open();
      worker = await startWorker({ users: [alice] });
    });
    after(async () => {
      await browser?.close();
      await worker?.stop();
    });

    /** Opens this many tabs of a fresh profile at the page of `url`. */
    async function open(t, { url = worker.url, count = 1 } = {}) {
      const profile = await browser.newProfile();
      t.after(() => profile.close());
      const tabs = [];
      for (let i = 0; i < count; i += 1) {
        const tab = await profile.newTab(`${url}/`);
        await ready(tab);
        tabs.push(tab);
      }
      return { profile, tabs, tab: tabs[0] };
    }

    test("a login greets the user and shows the time left, and a log-out clears both", async (t) => {
      const { tab } = await open(t);
      await logIn(tab);
      await greeted(tab);
      await tab.focuses("session-title");
      await tab.shows("#session-facts", /User id1Phone\+442079460001/);
      await tab.shows("#token-status", /^Current$/);
      for (const clock of ["#countdown", "#access-left"]) await tab.shows(clock, HOUR_LEFT);
      await tab.shows("#session-left", /^(30\sd 0\sh|29\sd 23\sh)\sleft$/);
      const mine = await raw(tab);
      assert.match(mine, /^[\w-]+\.[\w-]+\.[\w-]+$/);
      const kept = await tab.evaluate(() => [
        localStorage.length,
        sessionStorage.length,
        document.cookie,
        location.pathname + location.search + location.hash,
        document.getElementById("password").value,
      ]);
      assert.deepEqual(kept, [0, 0, "", "/", ""]);
      await tab.click("#logout");
      await tab.shows("#token-title", "No token yet");
      await tab.focuses("username");
      assert.equal(await tab.evaluate((it) => document.documentElement.outerHTML.includes(it), mine), false);
      assert.ok(tab.requests.some((address) => address.endsWith("/logout")));
      assertClean([tab]);
    });

    test("the page reports a wrong password, and the user can type the right one over it", async (t) => {
      const { tab } = await open(t);
      await logIn(tab, "not the password at all");
      await tab.shows("#login-message", "The username and password do not match");
      await tab.focuses("password");
      assert.equal(await tab.value("#username"), "alice");
      assert.deepEqual(
        await tab.evaluate(() => {
          const { selectionStart, selectionEnd, ariaInvalid } = document.getElementById("password");
          return [selectionEnd - selectionStart, ariaInvalid];
        }),
        [23, "true"],
      );
      await tab.fill("#password", PASSWORDS.alice);
      await tab.press("Enter");
      await greeted(tab);
      assertClean([tab], REFUSED);
    });

    test("after too many wrong passwords the page rejects the right one and says how long to wait", (t) =>
      withWorker({ users: [alice], vars: { LOGIN_ATTEMPTS: "1" } }, async ({ url }) => {
        const { tab } = await open(t, { url });
        await logIn(tab, "not the password at all");
        await tab.shows("#login-message", "The username and password do not match");
        await logIn(tab);
        await tab.shows("#login-message", /^Too many attempts\. Try again in 1[45] minutes\.$/);
        assertClean([tab], REFUSED);
      }));

    test("two tabs share a session: each shows a login, a refresh and a log-out of the other", async (t) => {
      const { tabs } = await open(t, { count: 2 });
      const [one, two] = tabs;
      await one.bringToFront();
      await logInAndStay(one);
      await greeted(two);
      const first = await raw(one);
      assert.equal(await raw(two), first);
      await two.bringToFront();
      await two.click("#refresh");
      await anotherThan(one, first);
      const second = await raw(one);
      await two.until((it) => document.getElementById("raw").textContent === it, second);
      await one.bringToFront();
      await one.click("#logout");
      await two.shows("#login-message", "You logged out in another tab.");
      await two.shows("#token-title", "No token yet");
      assert.deepEqual(await two.evaluate(() => localStorage.length), 0);
      assertClean(tabs);
    });

    test("two tabs that refresh at the same moment do so one after the other, and both stay logged in", async (t) => {
      const { tabs } = await open(t, { count: 2 });
      const [one, two] = tabs;
      await one.bringToFront();
      await logInAndStay(one);
      await greeted(two);
      const first = await raw(one);
      await Promise.all(tabs.map((tab) => tab.evaluate(() => document.getElementById("refresh").click())));
      for (const tab of tabs) await anotherThan(tab, first);
      // When both tabs are done, they have the same token.
      for (const tab of tabs) await tab.until(() => !document.getElementById("refresh").hasAttribute("data-busy"));
      await two.until((it) => document.getElementById("raw").textContent === it, await raw(one));
      // No refresh token was used twice, because a second use would have ended the session.
      const second = await raw(one);
      await one.click("#refresh");
      for (const tab of tabs) await anotherThan(tab, second);
      for (const tab of tabs) await greeted(tab);
      assertClean(tabs);
    });

    test("a session kept in the browser survives a reload, and a log-out removes it", async (t) => {
      const { tab } = await open(t);
      await logInAndStay(tab);
      await tab.shows("#kept", "The session is stored in this browser, for all its tabs, until you log out.");
      assert.equal(await tab.evaluate(() => localStorage.length), 1);
      const mine = await raw(tab);
      await tab.reload();
      await ready(tab);
      await greeted(tab);
      assert.equal(await raw(tab), mine);
      await tab.hides("#login");
      await tab.click("#logout");
      await tab.shows("#login-title", "Log in");
      await tab.until(() => localStorage.length === 0);
      assertClean([tab]);
    });

    test("the page renews a token before it expires; offline the token expires on time, and online it is renewed", (t) =>
      withWorker({ users: [alice], vars: { TOKEN_EXPIRATION: "4" } }, async ({ url }) => {
        const { tab } = await open(t, { url });
        await logIn(tab);
        await greeted(tab);
        await tab.evaluate(() => {
          const chip = document.getElementById("token-status");
          window.seen = [];
          new MutationObserver(() => window.seen.push(chip.textContent, Date.now())).observe(chip, { childList: true });
        });
        await anotherThan(tab, await raw(tab));
        assert.deepEqual(
          (await tab.evaluate(() => window.seen)).filter((it) => it === "Expired"),
          [],
        );
        await tab.setOffline(true);
        await tab.shows("#token-status", /^Expired$/);
        const { exp } = JSON.parse(await tab.text("#claims-json"));
        const late = (await tab.evaluate(() => window.seen[window.seen.indexOf("Expired") + 1])) - exp * 1000;
        assert.ok(late >= 0 && late < 2500, `the change came ${late} ms after the expiry`);
        await tab.shows(
          "#session-message",
          "Your access token has expired and could not be renewed: you seem to be offline.",
        );
        await tab.shows("#access-left", /^expired$/);
        await tab.click("#refresh");
        await tab.shows("#session-message", "The token could not be refreshed. You seem to be offline.");
        await tab.setOffline(false);
        await tab.shows("#token-status", /^Current$/);
        await tab.hides("#session-message");
        assertClean([tab], REFUSED);
      }));

    test("a pasted token that expires while the reader looks at it is marked as expired", async (t) => {
      const { tab } = await open(t);
      await tab.fill("#pasted", token({ iat: seconds() - 60, exp: seconds() + 5 }));
      await tab.shows("#token-status", /^Current$/);
      await tab.shows("#token-status", /^Expired$/);
      await tab.shows("#countdown", /^(Just expired|Expired \d+\ss ago)$/);
      await tab.shows("#findings", "expired");
      assert.equal(
        tab.requests.some((address) => address.includes("eyJ")),
        false,
      );
      assertClean([tab]);
    });

    test("when the session has expired, the page asks only for the password", (t) =>
      withWorker({ users: [alice], vars: { REFRESH_EXPIRATION: "60" }, clock: true }, async ({ url, clock }) => {
        const { tab } = await open(t, { url });
        await logIn(tab);
        await greeted(tab);
        await clock.ahead(120);
        await tab.click("#refresh");
        await tab.shows(
          "#login-message",
          /^(Your session has expired|The service has ended your session)\. Log in again\.$/,
        );
        await tab.focuses("password");
        assert.equal(await tab.value("#username"), "alice");
        await tab.fill("#password", PASSWORDS.alice);
        await tab.press("Enter");
        await greeted(tab);
        assertClean([tab], REFUSED);
      }));

    test("the page reports a login without a network and keeps the entered text", async (t) => {
      const { tab } = await open(t);
      await tab.setOffline(true);
      await logIn(tab);
      await tab.shows("#login-message", "You seem to be offline.");
      assert.deepEqual([await tab.value("#username"), await tab.value("#password")], ["alice", PASSWORDS.alice]);
      await tab.setOffline(false);
      await tab.click("#login-button");
      await greeted(tab);
      assertClean([tab], REFUSED);
    });

    // An hour, give or take a minute.
    for (const [name, ahead] of [
      ["slow", 3610],
      ["fast", -3610],
    ]) {
      test(`a device whose clock is an hour ${name} shows times by the service's clock`, (t) =>
        withWorker({ users: [alice], clock: true }, async ({ url, clock }) => {
          await clock.ahead(ahead);
          const { tab } = await open(t, { url });
          await logIn(tab);
          await greeted(tab);
          await tab.shows("#clock-note", `The clock of this device is 60 minutes ${name}.`);
          await tab.shows("#token-status", /^Current$/);
          for (const clock of ["#countdown", "#access-left"]) await tab.shows(clock, HOUR_LEFT);
          await tab.shows("#dates", /Expires(in 59 minutes|in 1 hour) /);
          assertClean([tab]);
        }));
    }

    test("the keyboard alone is enough to verify a token in the page", async (t) => {
      const { tab } = await open(t);
      await tab.click("#paste-example");
      await tab.shows("#paste-message", "Verify it with its secret:");
      const secret = (await tab.text("#paste-message")).split(" ").at(-1);
      await tab.focuses("pasted");
      await tab.press("Tab");
      await tab.press("Enter");
      await tab.shows("#verify-button");
      await tab.fill("#secret", secret);
      await tab.press("Enter");
      await tab.shows('#verify-message[data-kind="good"]');
      await tab.shows("#token-status", /^Current, verified$/);
      assertClean([tab]);
    });

    test("axe finds no problem when a user is logged in and the verify section is open", async (t) => {
      const { tab } = await open(t);
      await logIn(tab);
      await greeted(tab);
      await tab.click("#verify > summary");
      await tab.shows("#verify-button");
      // Run axe by the debugger, so that the page's policy and its Trusted Types stay as they are.
      await tab.addScript(await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
      const found = await tab.evaluate(async () => {
        const { violations } = await globalThis.axe.run();
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
        );
      });
      assert.deepEqual(found, []);
      assertClean([tab]);
    });
  });
}
