import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { settle } from "./session/machine.mjs";
import { PASSWORD, answerLost, lost } from "./session/service.mjs";
import { createSlowStorage, createStorage, times, world } from "./session/support.mjs";

const failure = (promise) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );

/** The part of the browser's locks that the session uses. */
function createLocks() {
  let last = Promise.resolve();
  const taken = [];
  return {
    taken,
    request(name, { signal }, work) {
      const mine = last.then(() => {
        signal.throwIfAborted();
        taken.push(name);
        return work();
      });
      last = mine.catch(() => {});
      return mine;
    },
  };
}

/** Two tabs with one storage; the first tab has logged in. */
async function twoTabs(t, { storage = createStorage(), locks, ...settings } = {}) {
  const here = world(t, settings);
  if (locks) here.machine.put("navigator", { locks });
  const one = await here.loggedIn({ storage });
  const two = here.open({ storage });
  await two.ready;
  return { ...here, storage, one, two };
}

for (const [name, create] of [
  ["a storage", createStorage],
  ["a storage that answers later", createSlowStorage],
]) {
  describe(`tabs that share ${name}`, () => {
    test("share a session: each reports a login, a refresh and a log-out of the other", async (t) => {
      const { open } = world(t);
      const storage = create();
      const [one, two] = [open({ storage }), open({ storage })];
      await one.login("alice", PASSWORD);
      await settle();
      assert.equal(two.token, one.token);
      assert.deepEqual(two.told, ["refreshed"]);
      const { token } = one;
      await two.refresh();
      await settle();
      assert.notEqual(one.token, token);
      assert.equal(two.token, one.token);
      await one.logout();
      await settle();
      assert.equal(two.status, "none");
      assert.deepEqual(one.told, ["refreshed", "refreshed", "ended: logout"]);
      assert.deepEqual(two.told, ["refreshed", "refreshed", "ended: elsewhere"]);
      await two.login("alice", PASSWORD);
      await settle();
      assert.equal(one.token, two.token);
    });

    test("renew the token once, whichever of them does", async (t) => {
      const { machine, service, one, two } = await twoTabs(t, { storage: create(), locks: createLocks() });
      for (let hour = 1; hour <= 5; hour += 1) {
        await machine.pass(3540);
        assert.equal(times(service, "refresh"), hour);
        assert.equal(one.token, two.token);
      }
      assert.deepEqual(one.told, Array(5).fill("refreshed"));
      assert.deepEqual(two.told, one.told);
    });

    test("renew the token once when both are asked at the same time", async (t) => {
      const locks = createLocks();
      const { service, one, two } = await twoTabs(t, { storage: create(), locks });
      await Promise.all([one.refresh(), two.refresh()]);
      assert.equal(times(service, "refresh"), 1);
      assert.equal(one.token, two.token);
      assert.equal(locks.taken.length, 2);
    });

    test("without locks may both refresh, and the session continues", async (t) => {
      const { service, one, two } = await twoTabs(t, { storage: create() });
      await Promise.all([one.refresh(), two.refresh()]);
      assert.equal(times(service, "refresh"), 2);
      await settle();
      await one.refresh();
      await two.refresh();
      await settle();
      assert.equal(one.token, two.token);
      assert.equal(one.status, "active");
    });

    test("can repeat the refresh whose response another tab lost", async (t) => {
      const { machine, service, one, two } = await twoTabs(t, { storage: create(), locks: createLocks() });
      service.next.push(answerLost);
      await failure(one.refresh());
      await two.refresh();
      await machine.pass(5);
      assert.equal(times(service, "refresh"), 2);
      assert.equal(one.token, two.token);
      assert.equal(one.status, "active");
    });

    test("all end when the service refuses to renew the session of one of them", async (t) => {
      const { service, storage, one, two } = await twoTabs(t, { storage: create(), locks: createLocks() });
      service.end();
      await failure(one.refresh());
      await settle();
      assert.deepEqual(one.told, ["ended: refused"]);
      assert.deepEqual(two.told, ["ended: elsewhere"]);
      assert.equal(storage.items.size, 0);
    });

    test("do not restore a session that one logs out of while another refreshes", async (t) => {
      const { service, storage, one, two } = await twoTabs(t, { storage: create(), locks: createLocks() });
      let answer;
      service.next.push(async (serve) => {
        const response = await serve();
        await new Promise((resolve) => (answer = resolve));
        return response;
      });
      const refreshed = failure(one.refresh());
      await settle();
      await two.logout();
      answer();
      assert.equal((await refreshed).code, "session_ended");
      await settle();
      assert.equal(one.status, "none");
      assert.equal(two.status, "none");
      assert.equal(storage.items.size, 0);
    });

    test("use no refresh token twice: a tab that missed the messages takes over the stored session", async (t) => {
      const { machine, service, one, two } = await twoTabs(t, { storage: create() });
      // A frozen tab receives no messages.
      machine.put("BroadcastChannel", undefined);
      two.close();
      await one.refresh();
      machine.sleep(600);
      await two.refresh();
      assert.equal(times(service, "refresh"), 1);
      assert.equal(two.token, one.token);
    });
  });
}

describe("messages between tabs", () => {
  test("about a refresh that arrive after the log-out restore no session, and the stored session is removed", async (t) => {
    const { machine, storage, one, two } = await twoTabs(t, { machine: { browser: true } });
    await one.refresh();
    const late = { ...JSON.parse(storage.text) };
    const [key] = storage.items.keys();
    await two.logout();
    await settle();
    storage.items.set(key, JSON.stringify({ ...late, serial: late.serial + 1 }));
    machine.dispatch("storage", { key });
    await settle();
    assert.deepEqual([one.status, two.status], ["none", "none"]);
    assert.equal(storage.items.size, 0);
    await one.login("alice", PASSWORD);
    await settle();
    assert.equal(two.token, one.token, "another login is another matter");
  });

  test("arrive as storage events if there is no channel", async (t) => {
    const { machine, open } = world(t, { machine: { browser: true } });
    machine.put("BroadcastChannel", undefined);
    const storage = createStorage();
    const [one, two] = [open({ storage }), open({ storage })];
    await one.login("alice", PASSWORD);
    const [key] = storage.items.keys();
    machine.dispatch("storage", { key: "another's" });
    await settle();
    assert.equal(two.status, "none");
    machine.dispatch("storage", { key });
    await settle();
    assert.equal(two.token, one.token);
    storage.items.clear();
    machine.dispatch("storage", { key: null });
    await settle();
    assert.deepEqual([one.told.at(-1), two.told.at(-1)], ["ended: elsewhere", "ended: elsewhere"]);
  });

  test("reach a frozen tab when it becomes visible again", async (t) => {
    const { machine, one, two } = await twoTabs(t, { machine: { browser: true } });
    const { token } = two;
    const channel = globalThis.BroadcastChannel.prototype.postMessage;
    globalThis.BroadcastChannel.prototype.postMessage = () => {};
    await one.refresh();
    await settle();
    assert.equal(two.token, token);
    machine.dispatch("pageshow");
    await settle();
    assert.equal(two.token, one.token);
    globalThis.BroadcastChannel.prototype.postMessage = channel;
  });

  test("contain no data of the session", async (t) => {
    const { machine, open } = world(t);
    const said = [];
    machine.put(
      "BroadcastChannel",
      class {
        postMessage(message) {
          said.push(message);
        }
        close() {}
      },
    );
    const session = open({ storage: createStorage() });
    await session.login("alice", PASSWORD);
    await session.logout();
    assert.deepEqual(said, [null, null]);
  });
});

describe("a lock", () => {
  test("that another tab does not release is waited for only for a limited time", async (t) => {
    const { machine, service, one } = await twoTabs(t, {
      locks: {
        request: (_, { signal }) =>
          new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      },
    });
    const refreshed = one.refresh();
    await machine.pass(14);
    assert.equal(times(service, "refresh"), 0);
    await machine.pass(2);
    await refreshed;
    assert.equal(times(service, "refresh"), 1);
  });

  test("that is not available is not required, and a refusal is reported once", async (t) => {
    const { service, one } = await twoTabs(t, {
      locks: {
        request: async () => {
          throw new DOMException("not here", "SecurityError");
        },
      },
    });
    await one.refresh();
    service.next.push(lost);
    assert.equal((await failure(one.refresh())).code, "unreachable");
    assert.equal(times(service, "refresh"), 2);
  });
});

describe("without a storage", () => {
  test("each session is separate, and uses neither a lock nor a channel", async (t) => {
    const { machine, open } = world(t);
    machine.put("navigator", { locks: { request: () => assert.fail("a lock") } });
    const [one, two] = [open(), open()];
    await one.login("alice", PASSWORD);
    await one.refresh();
    await settle();
    assert.equal(two.status, "none");
    assert.equal(machine.channels(), 0);
  });
});

describe("the stored session", () => {
  test("is ignored and removed if it is malformed", async (t) => {
    const { machine, open, loggedIn } = world(t);
    const storage = createStorage();
    (await loggedIn({ storage })).close();
    const record = JSON.parse(storage.text);
    for (const text of [
      ...["", "x", "null", "7", "[]", "{}", '"text"', storage.text.slice(0, -1)],
      ...[
        { token: undefined },
        { token: "a\nb" },
        { refreshToken: "" },
        { expiresAt: "soon" },
        { expiresAt: 1e300 },
        { issuedAt: record.expiresAt },
        { offset: null },
        { serial: "9" },
        { url: "https://other.test" },
      ].map((changed) => JSON.stringify({ ...record, ...changed })),
    ]) {
      const [key] = storage.items.keys();
      storage.items.set(key, text);
      const session = open({ storage });
      await session.ready;
      assert.equal(session.status, "none", text);
      assert.equal(storage.items.size, 0, text);
      storage.items.set(key, "");
    }
    assert.ok(machine.now());
  });

  test("has both tokens and no password, under one key that can be chosen", async (t) => {
    const { loggedIn } = world(t);
    const storage = createStorage();
    const session = await loggedIn({ storage, storageKey: "mine" });
    assert.deepEqual([...storage.items.keys()], ["mine"]);
    assert.ok(storage.text.includes(session.token));
    assert.doesNotMatch(storage.text, /correct horse/);
  });

  test("is dropped if the storage fails, and the session continues in memory", async (t) => {
    for (const broken of ["setItem", "getItem"]) {
      const { service, open } = world(t);
      const storage = createStorage();
      const session = open({ storage });
      await session.login("alice", PASSWORD);
      await session.refresh();
      assert.equal(storage.items.size, 1);
      storage[broken] = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
      await session.refresh();
      assert.equal(storage.items.size, 0, "an old refresh token would end the session");
      await session.refresh();
      assert.equal(session.status, "active");
      assert.equal(times(service, "refresh"), 3);
      assert.deepEqual(session.told, Array(4).fill("refreshed"));
    }
  });

  test("is removed if the user logs out while a new token is being stored", async (t) => {
    const { loggedIn } = world(t);
    const storage = createStorage();
    const session = await loggedIn({ storage });
    const { setItem } = storage;
    let store;
    storage.setItem = (...args) =>
      new Promise((resolve) => {
        store = () => resolve(setItem(...args));
      });
    const refreshed = failure(session.refresh());
    await settle();
    const out = session.logout();
    await settle();
    store();
    await out;
    assert.equal((await refreshed).code, "session_ended");
    assert.equal(session.status, "none");
    assert.deepEqual(session.told, ["ended: logout"]);
    assert.equal(storage.items.size, 0);
  });

  test("may be impossible, because the storage always throws or always rejects", async (t) => {
    const { open } = world(t);
    const throws = () => {
      throw new DOMException("private", "SecurityError");
    };
    const rejects = () => Promise.reject(new Error("closed"));
    for (const each of [throws, rejects]) {
      const session = open({ storage: { getItem: each, setItem: each, removeItem: each } });
      await session.ready;
      await session.login("alice", PASSWORD);
      await session.refresh();
      assert.equal(session.status, "active");
      await session.logout();
      assert.equal(session.status, "none");
    }
  });
});
