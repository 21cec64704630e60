import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { browsers } from "../support/tabs.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";
import { openTab, servePages } from "./session/pages.mjs";

for (const [name, { lacking, open }] of Object.entries(browsers)) {
  const skip = lacking() ? `SKIPPED: no ${lacking()} here` : false;
  describe(`the session in ${name}, in pages of another origin than the Worker's`, { skip }, () => scenarios(open));
}

function scenarios(open) {
  let browser, pages, worker;
  before(async () => {
    pages = await servePages();
    worker = await startWorker({
      users: [alice],
      vars: { TOKEN_EXPIRATION: "2", CORS_ORIGINS: pages.origin },
      clock: true,
    });
    browser = await open();
  });
  after(async () => {
    await browser?.close();
    await worker?.stop();
    await pages?.close();
  });

  async function newProfile(t) {
    const profile = await browser.newProfile();
    t.after(() => profile.close());
    return profile;
  }

  /** Tabs of one profile, which share their storage. */
  async function tabs(t, count, { url = worker.url, ...options } = {}) {
    const profile = await newProfile(t);
    const opened = [];
    for (let i = 0; i < count; i += 1) opened.push(await openTab(profile, pages.origin, url, options));
    return Object.assign(opened, { profile });
  }

  const login = (tab) => tab.login("alice", PASSWORDS.alice);
  const me = (tab) => tab.evaluate(async (url) => (await session.fetch(`${url}/me`)).status, worker.url);
  const refreshed = (tab) => tab.until(() => told.filter((each) => each === "refreshed").length >= 3);

  test("a login gives access to the user's data, and a log-out ends it", async (t) => {
    const [one] = await tabs(t, 1);
    await login(one);
    assert.equal((await one.facts()).status, "active");
    assert.equal(await me(one), 200);
    await one.evaluate(() => session.logout());
    const { status, told } = await one.facts();
    assert.deepEqual([status, told.at(-1)], ["none", "ended: logout"]);
  });

  test("a wrong password is an error with its code, and the right one still works", async (t) => {
    const [one] = await tabs(t, 1);
    await assert.rejects(one.login("alice", "not the password at all"), { code: "credentials_incorrect", status: 401 });
    assert.equal((await one.facts()).status, "none");
    await login(one);
    assert.equal(await me(one), 200);
  });

  test("a throttled user is told how long to wait, across origins as well", (t) =>
    withWorker({ users: [alice], vars: { LOGIN_ATTEMPTS: "1", CORS_ORIGINS: pages.origin } }, async ({ url }) => {
      const [one] = await tabs(t, 1, { url });
      await assert.rejects(one.login("alice", "not the password at all"), { code: "credentials_incorrect" });
      await assert.rejects(
        login(one),
        ({ code, status, retryAfter }) =>
          code === "too_many_attempts" && status === 429 && retryAfter > 840 && retryAfter <= 900,
      );
    }));

  test("a login without a network is an error that says so, and works when the network is back", async (t) => {
    const [one] = await tabs(t, 1);
    await one.setOffline(true);
    await assert.rejects(login(one), { code: "unreachable" });
    await one.setOffline(false);
    await login(one);
    assert.equal(await me(one), 200);
  });

  test("two tabs have one session, and each refresh happens once", async (t) => {
    const [one, two] = await tabs(t, 2);
    await login(one);
    await two.until(() => session.status === "active");
    for (const tab of [one, two]) await tab.until(() => told.filter((each) => each === "refreshed").length >= 5);
    const sent = [await one.sent(), await two.sent()];
    assert.ok(new Set(sent.flat()).size >= 4, `${sent.flat().length}`);
    // Not compared across tabs: a stored token may reach another tab after the lock, which the service allows.
    for (const own of sent) assert.equal(new Set(own).size, own.length, "no refresh token went out twice");
    assert.deepEqual([await me(one), await me(two)], [200, 200]);
    for (const tab of [one, two]) assert.ok(!(await tab.facts()).told.some((each) => each.startsWith("ended")));
  });

  test("two tabs that refresh at the same time send one refresh", async (t) => {
    // No timer refreshes in this test.
    const lasting = await startWorker({ users: [alice], vars: { CORS_ORIGINS: pages.origin } });
    t.after(() => lasting.stop());
    const [one, two] = await tabs(t, 2, { url: lasting.url });
    await login(one);
    await two.until(() => session.status === "active");
    // The first tab holds the lock until the second tab waits for the lock.
    await one.evaluate(
      () =>
        new Promise(
          (held) =>
            void navigator.locks.request(
              localStorage.key(0),
              () => new Promise((free) => held((globalThis.free = free))),
            ),
        ),
    );
    const both = [one, two].map((tab) => tab.evaluate(() => session.refresh()));
    await one.until(async () => (await navigator.locks.query()).pending.length === 2);
    await one.evaluate(() => globalThis.free());
    await Promise.all(both);
    assert.equal(new Set([...(await one.sent()), ...(await two.sent())]).size, 1);
    await one.until((other) => session.token === other, (await two.facts()).token);
  });

  test("tabs that refresh at the same time, again and again, all stay in the session", (t) =>
    withWorker({ users: [alice], vars: { CORS_ORIGINS: pages.origin } }, async ({ url }) => {
      const three = await tabs(t, 3, { url });
      await login(three[0]);
      for (const tab of three) await tab.until(() => session.status === "active");
      for (let i = 0; i < 20; i += 1) await Promise.all(three.map((tab) => tab.evaluate(() => session.refresh())));
      const facts = await Promise.all(three.map((tab) => tab.facts()));
      for (const { status, told } of facts) {
        assert.equal(status, "active");
        assert.ok(!told.some((each) => each.startsWith("ended")));
      }
    }));

  test("a log-out in one tab ends the session in the other tab and in the storage", async (t) => {
    const [one, two] = await tabs(t, 2);
    await login(one);
    await two.until(() => session.status === "active");
    await two.evaluate(() => session.logout());
    await one.until(() => session.status === "none");
    assert.equal((await one.facts()).told.at(-1), "ended: elsewhere");
    assert.equal((await two.facts()).told.at(-1), "ended: logout");
    assert.equal(await one.evaluate(() => localStorage.length), 0);
  });

  test("a reloaded page has the session, and so has a new tab", async (t) => {
    const opened = await tabs(t, 1);
    await login(opened[0]);
    const three = await openTab(opened.profile, pages.origin, worker.url);
    await three.until(() => session.status === "active");
    assert.equal(await me(three), 200);
  });

  test("clearing the site's storage ends the session", async (t) => {
    const [one, two] = await tabs(t, 2);
    await login(one);
    await two.until(() => session.status === "active");
    await two.evaluate(() => localStorage.clear());
    for (const tab of [one, two]) {
      await tab.until(() => session.status === "none");
      assert.equal((await tab.facts()).told.at(-1), "ended: elsewhere");
    }
  });

  for (const [name, hours] of [
    ["ahead", 1],
    ["behind", -1],
  ]) {
    test(`on a machine an hour ${name}, the remaining time is right, and the session continues`, async (t) => {
      const [one] = await tabs(t, 1, { off: hours * 3_600_000 });
      await login(one);
      const { left, now } = await one.facts();
      assert.ok(left > -2 && left < 3, `${left}`);
      assert.ok(Math.abs(now - Date.now() / 1000) < 3, `${now}`);
      await refreshed(one);
      assert.equal(await me(one), 200);
    });
  }

  test("an offline page's token expires, and is renewed when the network is back", async (t) => {
    const [one] = await tabs(t, 1, { shared: false });
    await login(one);
    await one.setOffline(true);
    await one.until(() => told.includes("expired"));
    const { token, status } = await one.facts();
    assert.deepEqual([token, status], [undefined, "expired"]);
    await one.setOffline(false);
    await one.until(() => session.status === "active");
    assert.equal(await me(one), 200);
  });

  test("a request body that is sent again arrives complete", async (t) => {
    const [one] = await tabs(t, 1, { shared: false });
    await login(one);
    await worker.clock.ahead(60);
    t.after(() => worker.clock.ahead(0));
    // The service refuses the body, but only after it accepted the token and read the body.
    const body = JSON.stringify({ old_password: PASSWORDS.alice, new_password: "short" });
    const answer = await one.evaluate(
      async ([url, body]) => {
        const headers = { "content-type": "application/json" };
        const response = await session.fetch(new Request(`${url}/password`, { method: "POST", body, headers }));
        return (await response.json()).code;
      },
      [worker.url, body],
    );
    assert.equal(answer, "password_unacceptable");
    assert.ok((await one.sent()).length >= 1);
  });

  test("a redirect to another origin is not followed with the token", async (t) => {
    const other = await servePages();
    const now = Math.floor(Date.now() / 1000);
    const own = await servePages({
      "/login": (_, response) => {
        const answer = {
          token: "t",
          token_type: "Bearer",
          expires_in: 600,
          expires_at: now + 600,
          refresh_token: "r",
          refresh_expires_in: 6000,
        };
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
      },
      "/away": (_, response) => void response.writeHead(307, { location: `${other.origin}/taken` }).end(),
    });
    t.after(() => Promise.all([own.close(), other.close()]));
    const tab = await openTab(await newProfile(t), own.origin, own.origin);
    await tab.login("alice", "any");
    const code = await tab.evaluate(() => session.fetch("/away").catch(({ code }) => code));
    assert.equal(code, "answer_unexpected");
    assert.deepEqual(
      own.asked.filter(({ path }) => path === "/away"),
      [{ path: "/away", authorization: "Bearer t" }],
    );
    assert.deepEqual(other.asked, []);
  });
}
