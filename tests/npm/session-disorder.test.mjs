// All events that may happen to a session, in random order.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settle } from "./session/machine.mjs";
import { PASSWORD, URL_OF_SERVICE, answerLost, failing, lost } from "./session/service.mjs";
import { createSlowStorage, createStorage, world } from "./session/support.mjs";

const ME = `${URL_OF_SERVICE}/me`;

/** Numbers from 0 to 1, the same sequence for the same seed (mulberry32). */
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const nonsense = [
  "",
  "null",
  "7",
  "[]",
  '"text"',
  "{",
  "<html>",
  '{"token":7}',
  '{"token":"a b","expires_at":1e99,"expires_in":-1}',
  '{"__proto__":{"token":"x"}}',
];
const MISHAPS = [
  lost,
  answerLost,
  failing(500, "internal_error"),
  failing(503, "store_unavailable", { "retry-after": "9".repeat(400) }),
  failing(429, "too_many_attempts", { "retry-after": "-5" }),
  failing(429, "too_many_attempts", { "retry-after": "Thu, 01 Jan 2099 00:00:00 GMT" }),
  failing(401, "token_incorrect", { "www-authenticate": 'Bearer error="invalid_token"' }),
  () => new Response("<html>", { status: 401 }),
  () => new Response(null, { status: 204 }),
  () => new Response(null, { status: 302, headers: { location: "https://elsewhere.test/" } }),
  ...nonsense.map((text) => () => new Response(text)),
];
const POISON = [
  ...nonsense,
  '{"url":"https://login.example.test","token":"x\\r\\ny"}',
  '{"__proto__":{"token":"x"},"url":"https://login.example.test"}',
];

describe("a session with random events in random order", () => {
  for (let seed = 1; seed <= 12; seed += 1) {
    test(`leaves no rejection unhandled, sends a finite number of requests, and does nothing after close(): ${seed}`, async (t) => {
      const random = numbers(seed);
      const one = (all) => all[Math.floor(random() * all.length)];
      const { machine, service, open } = world(t, {
        machine: { browser: true },
        service: { life: one([2, 60, 3600]), session: one([600, 86_400]) },
      });
      const unhandled = [];
      const note = (error) => unhandled.push(error);
      process.on("unhandledRejection", note);
      t.after(() => process.off("unhandledRejection", note));

      const items = one([createStorage, createSlowStorage])();
      const key = `portcullis.session ${URL_OF_SERVICE}`;
      const tabs = Array.from({ length: 3 }, () => open({ storage: items }));
      const outcomes = new Set();
      const begin = (promise) =>
        promise.then(
          () => outcomes.add("done"),
          ({ name }) => outcomes.add(name),
        );
      const acts = [
        (tab) => begin(tab.login("alice", PASSWORD)),
        (tab) => begin(tab.login("alice", "wrong")),
        (tab) => begin(tab.logout()),
        (tab) => begin(tab.refresh()),
        (tab) => begin(tab.fetch(ME)),
        (tab) => begin(tab.fetch(ME, { signal: AbortSignal.abort(new SyntaxError("aborted")) })),
        () => service.next.push(one(MISHAPS)),
        () => items.items.set(key, one(POISON)),
        () => items.items.clear(),
        () => machine.dispatch(one(["online", "focus", "pageshow", "visibilitychange", "storage"])),
        () => machine.sleep(random() * 4000),
        () => machine.setClock((random() - 0.5) * 8000),
        () => machine.pass(random() * 100),
        () => settle(),
        () => service.end(),
        (tab) => random() < 0.1 && tab.close(),
      ];
      for (let step = 0; step < 150; step += 1) {
        const before = service.asked.length;
        await one(acts)(one(tabs));
        assert.ok(service.asked.length - before < 400, `${service.asked.length - before} requests in one step`);
      }
      for (const tab of tabs) tab.close();
      await machine.pass(60);
      const asked = service.asked.length;
      assert.deepEqual([machine.timers().length, machine.channels()], [0, 0]);
      machine.dispatch("online");
      await machine.pass(10_000);
      assert.equal(service.asked.length, asked);
      assert.deepEqual(unhandled, []);
      assert.deepEqual(
        [...outcomes].filter((name) => !["done", "SessionError", "SyntaxError", "TypeError"].includes(name)),
        [],
      );
      assert.ok(outcomes.has("done") && outcomes.has("SessionError"));
    });
  }

  test("one refresh answers a hundred requests with an expired token, and leaves no listener behind", async (t) => {
    const { machine, service, loggedIn } = world(t, { machine: { browser: true }, service: { life: 60 } });
    // Without the signal, because a Request adds a listener of its own to it.
    const session = await loggedIn({
      storage: createStorage(),
      fetch: (input, { signal, ...init }) => service.fetch(input, init),
    });
    machine.sleep(100);
    const { signal } = new AbortController();
    let listeners = 0,
      added = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args) => (listeners++, added++, addEventListener.apply(signal, args));
    signal.removeEventListener = (...args) => (listeners--, removeEventListener.apply(signal, args));
    const statuses = await Promise.all(
      Array.from({ length: 100 }, () => session.fetch(ME, { signal }).then(({ status }) => status)),
    );
    assert.deepEqual(statuses, Array(100).fill(200));
    assert.equal(service.asked.filter((path) => path === "refresh").length, 1);
    await settle();
    assert.ok(added >= 100, `${added} listeners were added`);
    assert.equal(listeners, 0);
  });
});
