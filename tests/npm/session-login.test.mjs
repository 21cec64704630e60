import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SessionError, createSession } from "portcullis/session";
import { settle } from "./session/machine.mjs";
import { PASSWORD, URL_OF_SERVICE, failing, lost } from "./session/service.mjs";
import { createStorage, world } from "./session/support.mjs";

const failure = (promise) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );

describe("logging in and out", () => {
  test("before a login there is no session, and no request is sent", async (t) => {
    const { service, open } = world(t);
    const session = open();
    await session.ready;
    const { token, expiresAt, sessionExpiresAt, secondsLeft, status } = session;
    assert.deepEqual(
      { token, expiresAt, sessionExpiresAt, secondsLeft, status },
      {
        ...{ token: undefined, expiresAt: undefined, sessionExpiresAt: undefined, secondsLeft: 0, status: "none" },
      },
    );
    await session.logout();
    assert.equal((await failure(session.refresh())).code, "session_ended");
    assert.deepEqual(service.asked, []);
    assert.deepEqual(session.told, []);
  });

  test("a login starts a session and gives its token, its remaining time, and when the token and the session end", async (t) => {
    const { machine, open } = world(t, { service: { life: 3600, session: 86_400 } });
    const session = open();
    await session.login("alice", PASSWORD);
    const began = Math.floor(machine.now());
    assert.match(session.token, /^access\./);
    assert.equal(session.status, "active");
    assert.deepEqual(session.expiresAt, new Date((began + 3600) * 1000));
    assert.deepEqual(session.sessionExpiresAt, new Date((began + 86_400) * 1000));
    assert.ok(Math.abs(session.secondsLeft - 3600) <= 1, `${session.secondsLeft}`);
    assert.ok(Math.abs(session.now - machine.now()) <= 1);
    assert.deepEqual(session.told, ["refreshed"]);
  });

  test("a wrong password, a throttled login and an unreachable service each have a code, and no secret in their texts", async (t) => {
    const { service, open } = world(t);
    const session = open();
    const wrong = await failure(session.login("alice", "a secret that is wrong"));
    assert.ok(wrong instanceof SessionError && wrong instanceof Error);
    assert.deepEqual(
      [wrong.name, wrong.code, wrong.status, wrong.retryAfter],
      ["SessionError", "credentials_incorrect", 401, undefined],
    );
    service.next.push(failing(429, "too_many_attempts", { "retry-after": "120" }));
    const throttled = await failure(session.login("alice", PASSWORD));
    assert.deepEqual([throttled.code, throttled.status, throttled.retryAfter], ["too_many_attempts", 429, 120]);
    service.next.push(lost);
    const unreachable = await failure(session.login("alice", PASSWORD));
    assert.deepEqual([unreachable.code, unreachable.status], ["unreachable", undefined]);
    for (const { stack, message } of [wrong, throttled, unreachable])
      assert.doesNotMatch(stack + message, /a secret|correct horse/);
    assert.equal(session.status, "none");
  });

  test("a response that is not the service's has its own code, and its text is in no message", async (t) => {
    const { service, open } = world(t);
    const session = open();
    const answer = {
      token: "t",
      expires_in: 60,
      expires_at: 1_795_000_060,
      refresh_token: "r",
      refresh_expires_in: 600,
    };
    for (const [name, response] of Object.entries({
      "a page": new Response("<p>secret</p>"),
      nothing: new Response(""),
      "null": Response.json(null),
      "no token": Response.json({ ...answer, token: undefined }),
      "a token that may not stand in a header": Response.json({ ...answer, token: "secret\nsecret" }),
      "a malformed date": Response.json({ ...answer, expires_at: "secret" }),
      "a date beyond all dates": Response.json({ ...answer, expires_at: 1e300 }),
      "a token that is over": Response.json({ ...answer, expires_in: 0 }),
      "an unknown code": Response.json({ code: "Secret!", status: 400 }, { status: 400 }),
      "no code": Response.json({ status: 400 }, { status: 400 }),
      "a redirect": new Response(null, { status: 302, headers: { location: "https://secret.test/" } }),
    })) {
      service.next.push(() => response);
      const error = await failure(session.login("alice", PASSWORD));
      assert.equal(error.code, "answer_unexpected", name);
      assert.doesNotMatch(error.stack, /secret/i, name);
    }
    assert.equal(session.status, "none");
  });

  test("a request to a service that never answers fails after ten seconds", async (t) => {
    const { machine, service, open } = world(t);
    const session = open();
    service.next.push(
      (_, request) =>
        new Promise((_, reject) => request.signal.addEventListener("abort", () => reject(request.signal.reason))),
    );
    const failed = failure(session.login("alice", PASSWORD));
    await machine.pass(9);
    assert.equal(machine.timers().length, 1);
    await machine.pass(2);
    assert.equal((await failed).code, "unreachable");
    assert.equal(machine.timers().length, 0);
  });

  test("a log-out ends the session at once and tells the service", async (t) => {
    const { service, loggedIn } = world(t);
    const session = await loggedIn();
    const { token } = session;
    await session.logout();
    assert.equal(session.status, "none");
    assert.equal(session.token, undefined);
    assert.deepEqual(session.told, ["ended: logout"]);
    assert.deepEqual(service.asked, ["logout"]);
    assert.equal(service.requests[0].headers.get("authorization"), `Bearer ${token}`);
    await session.logout();
    assert.deepEqual(session.told, ["ended: logout"]);
  });

  test("a log-out with an expired token also ends the session at the service", async (t) => {
    const { machine, service, loggedIn } = world(t, { service: { life: 60 } });
    const session = await loggedIn();
    machine.sleep(120);
    await session.logout();
    assert.deepEqual(service.asked, ["logout", "refresh", "logout"]);
    assert.deepEqual(session.told, ["ended: logout"]);
    const token = await service.requests[2].headers.get("authorization").slice(7);
    assert.equal(
      (await service.fetch(`${URL_OF_SERVICE}/me`, { headers: { authorization: `Bearer ${token}` } })).status,
      401,
    );
  });

  test("a log-out that gets no response ends the session here and does not fail", async (t) => {
    const { service, loggedIn } = world(t);
    const storage = createStorage();
    const session = await loggedIn({ storage });
    service.next.push(lost);
    await session.logout();
    assert.deepEqual(session.told, ["ended: logout"]);
    assert.equal(storage.items.size, 0);
  });

  test("a refresh that is pending at a log-out does not restore the session", async (t) => {
    for (const storage of [undefined, createStorage()]) {
      const { service, loggedIn } = world(t);
      const session = await loggedIn({ storage });
      let answer;
      service.next.push(async (serve) => {
        const response = await serve();
        await new Promise((resolve) => (answer = resolve));
        return response;
      });
      const refreshed = failure(session.refresh());
      await settle();
      await session.logout();
      answer();
      assert.equal((await refreshed).code, "session_ended");
      assert.equal(session.status, "none");
      assert.deepEqual(session.told, ["ended: logout"]);
      assert.equal(storage?.items.size ?? 0, 0);
    }
  });

  test("a second login replaces the session, and a failed login does not", async (t) => {
    const { loggedIn } = world(t);
    const session = await loggedIn();
    const { token } = session;
    await failure(session.login("alice", "wrong"));
    assert.equal(session.token, token);
    await session.login("bob", PASSWORD);
    assert.notEqual(session.token, token);
    assert.deepEqual(session.told, ["refreshed"]);
  });
});

describe("a wrong call", () => {
  test("is a TypeError for options that are missing, unknown or of a wrong type", (t) => {
    const { machine } = world(t);
    for (const options of [
      ...[undefined, null, "https://login.example", [], new Map(), {}],
      ...["", "login", "ftp://login.example", "https://user:secret@login.example", 7, null, {}, Symbol("url")].map(
        (url) => ({ url }),
      ),
      ...[7, null, {}, "localStorage", { getItem() {}, setItem() {} }].map((storage) => ({
        url: URL_OF_SERVICE,
        storage,
      })),
      ...[
        { fetch: "fetch" },
        { storageKey: 7 },
        { refreshBefore: "60" },
        { refreshBefore: -1 },
        { refreshBefore: NaN },
        { refreshbefore: 60 },
      ].map((more) => ({ url: URL_OF_SERVICE, ...more })),
    ]) {
      assert.throws(
        () => createSession(options),
        (error) => error instanceof TypeError && !/secret/.test(error.message),
      );
    }
    assert.equal(machine.timers().length, 0);
    assert.equal(machine.channels(), 0);
  });

  test("is a TypeError for a username or password that is not a string, and sends no request", async (t) => {
    const { service, open } = world(t);
    const session = open();
    for (const args of [[], ["alice"], [undefined, "x"], ["alice", 7], [{}, "x"], ["alice", null]]) {
      assert.ok((await failure(session.login(...args))) instanceof TypeError);
    }
    assert.deepEqual(service.asked, []);
  });

  test("is a TypeError for an unknown event or a listener that is not a function", (t) => {
    const { open } = world(t);
    const session = open();
    for (const args of [[], ["refresh", () => {}], ["__proto__", () => {}], ["ended"], ["ended", {}]]) {
      assert.throws(() => session.on(...args), TypeError);
    }
  });

  test("a polluted Object.prototype gives no option and no address", async (t) => {
    const { service } = world(t);
    const theirs = { fetch: [], stored: [] };
    const polluted = {
      href: "https://attacker.example.test",
      url: "https://attacker.example.test",
      origins: ["https://attacker.example.test"],
      fetch: async (input) => theirs.fetch.push(String(input)),
      storage: { getItem: () => null, setItem: (...pair) => theirs.stored.push(pair), removeItem() {} },
      storageKey: "attacker",
      refreshBefore: 0,
    };
    const fetchOfPage = t.mock.method(globalThis, "fetch", service.fetch);
    let session;
    for (const [name, value] of Object.entries(polluted))
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    try {
      session = createSession({ url: URL_OF_SERVICE });
    } finally {
      for (const name of Object.keys(polluted)) delete Object.prototype[name];
    }
    t.after(() => session.close());
    await session.login("alice", PASSWORD);
    await settle();
    assert.equal(fetchOfPage.mock.callCount(), 1);
    assert.deepEqual(
      service.requests.map(({ url }) => url),
      [`${URL_OF_SERVICE}/login`],
    );
    assert.deepEqual(theirs, { fetch: [], stored: [] });
  });

  test("an address may be a URL, end in a slash and have a path, and its query is removed", async (t) => {
    const { machine, open } = world(t, { service: { url: "https://login.example.test/auth" } });
    for (const url of [
      new URL("https://login.example.test/auth"),
      "https://login.example.test/auth/",
      "https://login.example.test/auth?x#y",
    ]) {
      const session = open({ url });
      await session.login("alice", PASSWORD);
      assert.equal(session.status, "active");
    }
    assert.ok(machine.now());
  });
});

describe("listeners", () => {
  test("are called until they are removed, each as often as it was added", async (t) => {
    const { loggedIn } = world(t);
    const session = await loggedIn();
    const seen = [];
    const listener = (event) => seen.push(event);
    const off = session.on("refreshed", listener);
    session.on("refreshed", listener);
    await session.refresh();
    off();
    off();
    await session.refresh();
    assert.deepEqual(seen, Array(3).fill({ type: "refreshed" }));
  });

  test("that throw are reported, and the session and the other listeners continue", async (t) => {
    const { machine, loggedIn } = world(t);
    const reported = [];
    machine.put("reportError", (error) => reported.push(error));
    t.after(() => delete globalThis.reportError);
    const session = await loggedIn();
    const error = new Error("a listener's");
    session.on("refreshed", () => {
      throw error;
    });
    let after = 0;
    session.on("refreshed", () => (after += 1));
    await session.refresh();
    assert.deepEqual(reported, [error]);
    assert.equal(after, 1);
    assert.equal(session.status, "active");
  });

  test("that are added during a call are called from the next event on", async (t) => {
    const { loggedIn } = world(t);
    const session = await loggedIn();
    let calls = 0;
    session.on("refreshed", () => session.on("refreshed", () => (calls += 1)));
    await session.refresh();
    assert.equal(calls, 0);
    await session.refresh();
    assert.equal(calls, 1);
  });

  test("may log out", async (t) => {
    const { loggedIn } = world(t);
    const session = await loggedIn();
    let out;
    session.on("refreshed", () => (out = session.logout()));
    await session.refresh();
    await out;
    assert.deepEqual(session.told, ["refreshed", "ended: logout"]);
    assert.equal(session.status, "none");
  });
});

describe("closing", () => {
  test("leaves no timer, no channel and no listener behind, and keeps the session in the storage", async (t) => {
    const { machine, loggedIn } = world(t, { machine: { browser: true } });
    const storage = createStorage();
    const session = await loggedIn({ storage });
    assert.ok(machine.timers().length > 0);
    assert.ok(
      machine.timers().every(({ unrefed }) => unrefed),
      "no timer keeps a process alive",
    );
    assert.equal(machine.channels(), 1);
    session.close();
    session.close();
    assert.equal(machine.timers().length, 0);
    assert.equal(machine.channels(), 0);
    machine.dispatch("online");
    await session.refresh();
    await settle();
    assert.equal(machine.timers().length, 0);
    assert.deepEqual(session.told, []);
    assert.equal(JSON.parse(storage.text).token, session.token);
  });
});
