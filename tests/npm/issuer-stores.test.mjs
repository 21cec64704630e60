// Stores for cold isolates, and isolates whose requests cannot wait for each other.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cacheApiStore, kvStore, memoryStore } from "../../npm/src/issuer/stores.js";
import { JWKS, clockAt, json, keyOf, settled, world } from "./issuer/support.mjs";

const ok = (result) => assert.equal(result.ok, true, JSON.stringify(result));
const unreachable = (result) => assert.equal(result.code, "keys_unreachable");
const down = () => Promise.reject(new TypeError("fetch failed"));

/** A namespace of Workers KV, as far as the store needs it. */
function namespace() {
  const values = new Map();
  return {
    values,
    get: async (key) => values.get(key)?.value ?? null,
    put: async (key, value, options) => void values.set(key, { value, ...options }),
  };
}

/** A cache of the Cache API, as far as the store needs it. */
function cache() {
  const answers = new Map();
  return {
    answers,
    match: async (url) => answers.get(url)?.clone(),
    put: async (url, response) => void answers.set(url, response),
  };
}

const STORES = {
  memoryStore: () => memoryStore(),
  cacheApiStore: () => cacheApiStore(cache()),
  kvStore: () => kvStore(namespace()),
};

describe("a cold isolate", () => {
  for (const [name, make] of Object.entries(STORES)) {
    test(`with a filled ${name} needs no fetch`, async () => {
      const store = make();
      const clock = clockAt();
      const warm = await world({ clock, policy: { store } });
      const good = await warm.token();
      ok(await warm.verifier.verify(good));
      await settled();
      await clock.pass(550);
      const cold = await world({ clock, keys: [warm.key], policy: { store } });
      ok(await cold.verifier.verify(good));
      assert.equal(cold.net.requests.length, 0);
    });
  }

  /** An isolate whose store has this record. */
  async function coldWith(change, policy = {}) {
    const clock = clockAt();
    const key = await keyOf("ES256", "first");
    const text = JSON.stringify({ keys: [key.jwk] });
    const now = clock.now();
    const record = { keys: text, fetchedAt: now, expiresAt: now + 600, usableUntil: now + 4200, ...change(now) };
    const puts = [];
    const store = { get: async () => record, put: async (...given) => puts.push(given) };
    const cold = await world({ clock, keys: [key], policy: { store, ...policy } });
    return { ...cold, puts, good: await cold.token() };
  }

  test("keeps a stored set for the rest of its lifetime only", async () => {
    const { verifier, good, net, clock } = await coldWith((now) => ({ fetchedAt: now - 500, expiresAt: now + 100 }));
    ok(await verifier.verify(good));
    net.answers[JWKS] = () => json({ keys: [] });
    await clock.pass(101);
    assert.equal((await verifier.verify(good)).code, "token_key_unknown");
  });

  for (const [what, change] of [
    ["from the future", (now) => ({ fetchedAt: now + 3600, expiresAt: now + 7200 })],
    ["that expires before it was fetched", (now) => ({ expiresAt: now - 1 })],
    ["without times", () => ({ fetchedAt: undefined })],
    ["with a text for a time", (now) => ({ fetchedAt: String(now) })],
    ["that is no set", () => ({ keys: "[]" })],
    ["that is no text", () => ({ keys: { keys: [] } })],
    ["that is too old", (now) => ({ fetchedAt: now - 90_000, expiresAt: now - 89_000 })],
  ]) {
    test(`does not use a stored set ${what}, and replaces it`, async () => {
      const { verifier, good, net, puts } = await coldWith(change);
      ok(await verifier.verify(good));
      assert.equal(net.requests.length, 1);
      assert.equal(puts.length, 1);
      net.answers[JWKS] = down;
    });
  }

  test("does not keep a stored set for longer than maxAge", async () => {
    const { verifier, good, net, clock } = await coldWith((now) => ({ expiresAt: now + 1e9 }), { maxAge: 100 });
    ok(await verifier.verify(good));
    await clock.pass(101);
    ok(await verifier.verify(good));
    assert.equal(net.requests.length, 1);
  });

  test("uses a stored set that is no longer fresh if the issuer is down", async () => {
    const { verifier, good, net } = await coldWith((now) => ({ fetchedAt: now - 1000, expiresAt: now - 400 }));
    net.answers[JWKS] = down;
    ok(await verifier.verify(good));
    assert.equal(net.requests.length, 1);
  });

  test("with a store that fails or hangs fetches the keys", async () => {
    for (const get of [() => Promise.reject(new Error("no store")), () => new Promise(() => {})]) {
      const { verifier, token, clock, events } = await world({ policy: { store: { get, put: get } } });
      const result = verifier.verify(await token());
      await clock.pass(1);
      ok(await result);
      assert.deepEqual([events[0].type, events[1].type], ["store_failed", "keys_refreshed"]);
    }
  });

  test("is not delayed by a store that is slow to write, and the context waits for it", async () => {
    let written;
    const store = { get: async () => undefined, put: () => new Promise((resolve) => (written = resolve)) };
    const { verifier, token } = await world({ policy: { store } });
    const waited = [];
    ok(await verifier.verify(await token(), { waitUntil: (promise) => waited.push(promise) }));
    let isDone = false;
    Promise.all(waited).then(() => (isDone = true));
    await settled();
    assert.equal(isDone, false);
    written();
    await settled();
    assert.equal(isDone, true);
  });

  test("looks for an unknown key at the issuer and not in the store", async () => {
    const { verifier, net, clock, token } = await coldWith(() => ({}));
    ok(await verifier.verify(await token()));
    const next = await keyOf("ES256", "next");
    net.answers[JWKS] = () => json({ keys: [next.jwk] });
    ok(await verifier.verify(await token({}, {}, next)));
    assert.equal(net.requests.length, 1);
    assert.equal(net.requests[0].cache, "no-store");
    await clock.pass(1);
  });
});

describe("kvStore", () => {
  test("lets a value expire when the keys are of no more use", async () => {
    const kv = namespace();
    const { verifier } = await world({ policy: { store: kvStore(kv) } });
    await verifier.warm();
    await settled();
    assert.equal(kv.values.get(`portcullis-keys:${JWKS}`).expirationTtl, 4200);
  });

  test("says what it needs", () => {
    assert.throws(() => kvStore(undefined), { name: "TypeError", message: /env\.NAME/ });
  });
});

describe("cacheApiStore", () => {
  test("keeps a set under an address that no fetch has", async () => {
    const own = cache();
    const { verifier } = await world({ policy: { store: cacheApiStore(own) } });
    await verifier.warm();
    await settled();
    const [[url, response]] = own.answers;
    assert.match(url, /\.invalid\//);
    assert.equal(response.headers.get("cache-control"), "max-age=4200");
  });
});

describe("in an isolate that separates requests", () => {
  const context = () => ({ waitUntil() {} });

  /** Runs `work` as in workerd. Only createVerifier looks at the runtime's name. */
  async function isolate(options) {
    const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Cloudflare-Workers" }, configurable: true });
    try {
      return await world(options);
    } finally {
      if (before) Object.defineProperty(globalThis, "navigator", before);
      else delete globalThis.navigator;
    }
  }

  test("1,000 requests cause one fetch", async () => {
    const { verifier, token, net, clock } = await isolate();
    const good = await token();
    const healthy = net.answers[JWKS];
    net.answers[JWKS] = () => new Promise((resolve) => clock.after(2, () => resolve(healthy())));
    const results = Promise.all(Array.from({ length: 1000 }, () => verifier.verify(good, context())));
    await clock.pass(3);
    for (const result of await results) ok(result);
    assert.equal(net.requests.length, 1);
  });

  test("a request that ends in the middle of its fetch holds up the others for its timeout only", async () => {
    const { verifier, token, net, clock } = await isolate();
    const good = await token();
    const healthy = net.answers[JWKS];
    // A canceled request and its timers never settle.
    net.answers[JWKS] = () => new Promise(() => {});
    const { after } = clock;
    clock.after = () => () => {};
    verifier.verify(good, context());
    await settled();
    clock.after = after;
    net.answers[JWKS] = () => new Promise((resolve) => after(1, () => resolve(healthy())));
    const others = Promise.all(Array.from({ length: 100 }, () => verifier.verify(good, context())));
    await clock.pass(5.4);
    assert.equal(net.requests.length, 1);
    await clock.pass(1.3);
    for (const result of await others) ok(result);
    assert.equal(net.requests.length, 2);
  });

  test("Cloudflare's cache may answer, unless a key ID is unknown", async () => {
    const { verifier, token, net, clock } = await isolate();
    await verifier.verify(await token());
    await clock.pass(31);
    await verifier.verify(await token({}, { kid: "unknown" }));
    assert.deepEqual(
      net.requests.map(({ cache }) => cache),
      [undefined, "no-store"],
    );
  });

  test("a refresh that is lost with its request is not repeated with each request", async () => {
    const { verifier, token, net, clock } = await isolate();
    const good = await token();
    await verifier.verify(good);
    net.answers[JWKS] = () => new Promise(() => {});
    await clock.pass(570);
    const { after } = clock;
    clock.after = () => () => {};
    ok(await verifier.verify(good));
    clock.after = after;
    for (let second = 0; second < 29; second += 1) {
      ok(await verifier.verify(good, context()));
      await clock.pass(1);
    }
    assert.equal(net.requests.length, 2);
  });

  for (const [how, end] of [
    ["answers", (answer) => answer(json({ keys: [] }))],
    ["fails", (_, fail) => fail(new TypeError("late"))],
  ]) {
    test(`a lost fetch that ${how} late changes nothing`, async () => {
      const { verifier, token, net, clock, events } = await isolate();
      const good = await token();
      const healthy = net.answers[JWKS];
      let late;
      net.answers[JWKS] = () => new Promise((answer, fail) => (late = () => end(answer, fail)));
      const { after } = clock;
      clock.after = () => () => {};
      verifier.verify(good, context());
      await settled();
      clock.after = after;
      net.answers[JWKS] = healthy;
      await clock.pass(6);
      ok(await verifier.verify(good, context()));
      const before = events.length;
      late();
      await settled();
      ok(await verifier.verify(good, context()));
      assert.equal(events.length, before);
      assert.equal(net.requests.length, 2);
    });
  }

  test("tokens of one request share its fetch", async () => {
    const { verifier, token, net, clock } = await isolate();
    const good = await token();
    const own = context();
    const results = await Promise.all(Array.from({ length: 100 }, () => verifier.verify(good, own)));
    for (const result of results) ok(result);
    assert.equal(net.requests.length, 1);
    assert.equal(clock.timers, 0, "no timer is needed");
  });

  test("requests wait for a failing fetch of another request, and fail like it", async () => {
    const { verifier, token, net, clock } = await isolate();
    const good = await token();
    net.answers[JWKS] = () => new Promise(() => {});
    const results = Promise.all(Array.from({ length: 10 }, () => verifier.verify(good, context())));
    await clock.pass(6);
    for (const result of await results) unreachable(result);
    assert.equal(net.requests.length, 1);
  });
});
