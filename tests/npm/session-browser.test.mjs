import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { chromiumPath, openBrowser } from "../support/browser.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";
import { openTab, servePages } from "./session/pages.mjs";

const noChromium = chromiumPath() ? false : "SKIPPED: no Chromium here";

describe("the session in Chromium, in pages of another origin than the Worker's", { skip: noChromium }, () => {
  let browser, pages, worker, context, sent;
  before(async () => {
    pages = await servePages();
    worker = await startWorker({ users: [alice], vars: { TOKEN_EXPIRATION: "2", CORS_ORIGINS: pages.origin }, clock: true });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await worker?.stop();
    await pages?.close();
  });

  /** Tabs of one browser, which share what they store. `sent` holds the refresh tokens that went out. */
  async function tabs(t, count, { script, shared } = {}) {
    context = await browser.newContext();
    t.after(() => context.close());
    if (script) await context.addInitScript(script);
    sent = [];
    context.on("request", (request) => {
      if (request.url() === `${worker.url}/refresh` && request.method() === "POST") sent.push(request.postDataJSON().refresh_token);
    });
    return Promise.all(Array.from({ length: count }, () => openTab(context, pages.origin, worker.url, { shared })));
  }

  const login = (tab) => tab.login("alice", PASSWORDS.alice);
  const me = ({ page }) => page.evaluate(async (url) => (await session.fetch(`${url}/me`)).status, worker.url);

  test("two tabs have one session, and each refresh happens once", async (t) => {
    const [one, two] = await tabs(t, 2);
    await login(one);
    await two.until(() => session.status === "active");
    for (const tab of [one, two]) await tab.until(() => told.filter((each) => each === "refreshed").length >= 5);
    assert.ok(sent.length >= 4, `${sent.length}`);
    assert.equal(new Set(sent).size, sent.length, "no refresh token went out twice");
    assert.deepEqual([await me(one), await me(two)], [200, 200]);
    for (const tab of [one, two]) assert.ok(!(await tab.facts()).told.some((each) => each.startsWith("ended")));
  });

  test("two tabs that are asked at the same time refresh once", async (t) => {
    // Here no timer asks as well.
    const lasting = await startWorker({ users: [alice], vars: { CORS_ORIGINS: pages.origin } });
    t.after(() => lasting.stop());
    await tabs(t, 0);
    const [one, two] = await Promise.all([openTab(context, pages.origin, lasting.url), openTab(context, pages.origin, lasting.url)]);
    let refreshes = 0;
    context.on("request", (request) => (refreshes += Number(request.url() === `${lasting.url}/refresh` && request.method() === "POST")));
    await login(one);
    await two.until(() => session.status === "active");
    // One holds the lock until the other waits for it too.
    await one.page.evaluate(
      () => new Promise((held) => void navigator.locks.request(localStorage.key(0), () => new Promise((free) => held((globalThis.free = free))))),
    );
    const both = [one, two].map(({ page }) => page.evaluate(() => session.refresh()));
    await one.until(async () => (await navigator.locks.query()).pending.length === 2);
    await one.page.evaluate(() => globalThis.free());
    await Promise.all(both);
    assert.equal(refreshes, 1);
    const [{ token }, { token: other }] = [await one.facts(), await two.facts()];
    assert.equal(token, other);
  });

  test("logging out in one tab ends the session in the other, and in the storage", async (t) => {
    const [one, two] = await tabs(t, 2);
    await login(one);
    await two.until(() => session.status === "active");
    await two.page.evaluate(() => session.logout());
    await one.until(() => session.status === "none");
    assert.equal((await one.facts()).told.at(-1), "ended: elsewhere");
    assert.equal((await two.facts()).told.at(-1), "ended: logout");
    assert.equal(await one.page.evaluate(() => localStorage.length), 0);
  });

  test("a page that is loaded again has the session, and so has a new tab", async (t) => {
    const [one] = await tabs(t, 1);
    await login(one);
    const three = await openTab(context, pages.origin, worker.url);
    await three.until(() => session.status === "active");
    assert.equal(await me(three), 200);
  });

  test("clearing the site's storage ends the session", async (t) => {
    const [one, two] = await tabs(t, 2);
    await login(one);
    await two.until(() => session.status === "active");
    await two.page.evaluate(() => localStorage.clear());
    for (const tab of [one, two]) {
      await tab.until(() => session.status === "none");
      assert.equal((await tab.facts()).told.at(-1), "ended: elsewhere");
    }
  });

  for (const [name, hours] of [["ahead", 1], ["behind", -1]]) {
    test(`on a machine an hour ${name}, what is left is right, and the session goes on`, async (t) => {
      const script = `{
        const Real = Date;
        globalThis.Date = class Date extends Real {
          constructor(...date) { super(...(date.length > 0 ? date : [Real.now() + ${hours * 3_600_000}])); }
          static now() { return Real.now() + ${hours * 3_600_000}; }
        };
      }`;
      const [one] = await tabs(t, 1, { script });
      await login(one);
      const { left, now } = await one.facts();
      assert.ok(left > -2 && left < 3, `${left}`);
      assert.ok(Math.abs(now - Date.now() / 1000) < 3, `${now}`);
      await one.until(() => told.filter((each) => each === "refreshed").length >= 3);
      assert.equal(await me(one), 200);
    });
  }

  test("offline past its end the token is over, and it comes back when the network does", async (t) => {
    const [one] = await tabs(t, 1, { shared: false });
    await login(one);
    await context.setOffline(true);
    await one.until(() => told.includes("expired"));
    const { token, status } = await one.facts();
    assert.deepEqual([token, status], [undefined, "expired"]);
    await context.setOffline(false);
    await one.until(() => session.status === "active");
    assert.equal(await me(one), 200);
  });

  test("a body that is sent again arrives whole", async (t) => {
    const [one] = await tabs(t, 1, { shared: false });
    await login(one);
    await worker.clock.ahead(60);
    t.after(() => worker.clock.ahead(0));
    // Not acceptable, but read, after the token was accepted.
    const body = JSON.stringify({ old_password: PASSWORDS.alice, new_password: "short" });
    const answer = await one.page.evaluate(
      async ([url, body]) => {
        const headers = { "content-type": "application/json" };
        const response = await session.fetch(new Request(`${url}/password`, { method: "POST", body, headers }));
        return (await response.json()).code;
      },
      [worker.url, body],
    );
    assert.equal(answer, "password_unacceptable");
    assert.ok(sent.length >= 1);
  });

  test("a redirect to another origin is not followed with the token", async (t) => {
    const other = await servePages();
    const now = Math.floor(Date.now() / 1000);
    const own = await servePages({
      "/login": (_, response) => {
        const answer = { token: "t", token_type: "Bearer", expires_in: 600, expires_at: now + 600, refresh_token: "r", refresh_expires_in: 6000 };
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      },
      "/away": (_, response) => void response.writeHead(307, { location: `${other.origin}/taken` }).end(),
    });
    t.after(() => Promise.all([own.close(), other.close()]));
    context = await browser.newContext();
    t.after(() => context.close());
    const tab = await openTab(context, own.origin, own.origin);
    await tab.login("alice", "any");
    const code = await tab.page.evaluate(() => session.fetch("/away").catch(({ code }) => code));
    assert.equal(code, "answer_unexpected");
    assert.deepEqual(own.asked.filter(({ path }) => path === "/away"), [{ path: "/away", authorization: "Bearer t" }]);
    assert.deepEqual(other.asked, []);
  });
});
