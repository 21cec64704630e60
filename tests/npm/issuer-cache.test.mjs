// The key cache, with a clock that the test moves and an issuer that the test breaks.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { JWKS, clockAt, json, keyOf, settled, world } from "./issuer/support.mjs";

const ok = (result) => assert.equal(result.ok, true, JSON.stringify(result));
const refused = (result, kind, code) => {
  assert.equal(result.ok, false);
  assert.deepEqual([result.kind, result.code], [kind, code]);
};

/** The token with another key ID. Its signature is wrong, and nothing looks at the signature. */
function withKeyId(token, kid) {
  const [, claims, signature] = token.split(".");
  const header = Buffer.from(JSON.stringify({ alg: "ES256", typ: "JWT", kid })).toString("base64url");
  return `${header}.${claims}.${signature}`;
}

describe("fetches", () => {
  test("1,000 concurrent first verifications cause one fetch", async () => {
    const { verifier, token, net } = await world();
    const good = await token();
    const results = await Promise.all(Array.from({ length: 1000 }, () => verifier.verify(good)));
    for (const result of results) ok(result);
    assert.equal(net.requests.length, 1);
  });

  test("10,000 tokens with unknown key IDs cause at most one fetch per 30 seconds", async () => {
    const { verifier, token, net, clock } = await world();
    const good = await token();
    ok(await verifier.verify(good));
    const times = [];
    for (let second = 0; second < 100; second += 1) {
      const before = net.requests.length;
      const forged = Array.from({ length: 100 }, (_, at) => withKeyId(good, `${second} ${at}`));
      for (const result of await Promise.all(forged.map((one) => verifier.verify(one))))
        refused(result, "token", "token_key_unknown");
      for (let fetched = before; fetched < net.requests.length; fetched += 1) times.push(second);
      await clock.pass(1);
    }
    assert.deepEqual(times, [30, 60, 90]);
    ok(await verifier.verify(good));
  });

  test("an unknown key ID that was just looked for is not looked for again, until the keys change", async () => {
    const { verifier, token, net, clock } = await world();
    const unknown = withKeyId(await token(), "unknown");
    await verifier.warm();
    await clock.pass(31);
    refused(await verifier.verify(unknown), "token", "token_key_unknown");
    assert.equal(net.requests.length, 2);
    await clock.pass(31);
    refused(await verifier.verify(unknown), "token", "token_key_unknown");
    assert.equal(net.requests.length, 2, "within 60 seconds");
    await clock.pass(31);
    refused(await verifier.verify(unknown), "token", "token_key_unknown");
    assert.equal(net.requests.length, 3);
  });

  test("a successful fetch makes every key ID worth another look", async () => {
    const { verifier, token, net, clock } = await world({ policy: { cooldown: 10 } });
    const good = await token();
    await verifier.warm();
    for (const [kid, fetches] of [
      ["a", 2],
      ["b", 3],
      ["a", 4],
    ]) {
      await clock.pass(10);
      refused(await verifier.verify(withKeyId(good, kid)), "token", "token_key_unknown");
      assert.equal(net.requests.length, fetches);
    }
  });

  test("a rotation is picked up at the first token of the new key, past the cooldown", async () => {
    const { verifier, token, publish, key, net, clock } = await world();
    ok(await verifier.verify(await token()));
    const next = await keyOf("ES256", "next");
    publish(key, next);
    const rotated = await token({}, {}, next);
    await clock.pass(29);
    refused(await verifier.verify(rotated), "token", "token_key_unknown");
    await clock.pass(1);
    ok(await verifier.verify(rotated));
    assert.equal(net.requests.length, 2);
    assert.equal(net.requests[1].cache, "no-store");
    assert.equal(net.requests[0].cache, "no-store", "caches of browsers and frameworks do not tell the age");
  });

  test("a key that is taken out stops verifying within the lifetime of the set", async () => {
    const { verifier, token, publish, clock } = await world({ headers: { "cache-control": "max-age=300" } });
    const good = await token();
    ok(await verifier.verify(good));
    publish(await keyOf("ES256", "next"));
    await clock.pass(301);
    refused(await verifier.verify(good), "token", "token_key_unknown");
  });

  test("a key that is replaced under the same key ID stops verifying within the lifetime of the set", async () => {
    const { verifier, token, publish, clock } = await world({ headers: { "cache-control": "max-age=300" } });
    const good = await token();
    ok(await verifier.verify(good));
    const next = await keyOf("ES256", "first");
    publish(next);
    await clock.pass(301);
    refused(await verifier.verify(good), "token", "token_signature_invalid");
    ok(await verifier.verify(await token({}, {}, next)));
  });

  for (const [headers, seconds] of [
    [{}, 600],
    [{ "cache-control": "public, max-age=24873, must-revalidate", age: "24273" }, 600],
    [{ "cache-control": "max-age=86400" }, 3600],
    [{ "cache-control": "max-age=15" }, 60],
    [{ "cache-control": "no-cache" }, 60],
    [{ "cache-control": "max-age=300, no-store" }, 60],
    [{ "cache-control": "max-age=300", age: "nonsense" }, 300],
    [{ "cache-control": 'max-age="300"' }, 300],
    [{ "cache-control": "max-age=soon" }, 600],
    [{ "cache-control": "s-maxage=100, x-max-age=7" }, 600],
  ]) {
    test(`a set with ${JSON.stringify(headers)} is used for ${seconds} seconds`, async () => {
      const { verifier, token, net, clock } = await world({ headers });
      const good = await token();
      ok(await verifier.verify(good));
      // No token comes in the time in which the set is renewed early.
      await clock.pass(seconds * 0.74);
      ok(await verifier.verify(good));
      assert.equal(net.requests.length, 1);
      let answered = false;
      net.answers[JWKS] = async () => (await settled(), (answered = true), json({ keys: [] }));
      await clock.pass(seconds * 0.26 + 0.001);
      refused(await verifier.verify(good), "token", "token_key_unknown");
      assert.ok(answered);
    });
  }

  test("a set is renewed in the background before it expires, and the context waits for that", async () => {
    const { verifier, token, net, clock, events } = await world();
    const good = await token();
    ok(await verifier.verify(good));
    await clock.pass(575);
    const waited = [];
    ok(await verifier.verify(good, { waitUntil: (promise) => waited.push(promise) }));
    assert.equal(waited.length, 1);
    await Promise.all(waited);
    assert.equal(net.requests.length, 2);
    await clock.pass(440);
    ok(await verifier.verify(good));
    assert.equal(net.requests.length, 2, "the lifetime starts again");
    assert.deepEqual(
      events.map(({ type }) => type),
      ["keys_refreshed", "keys_refreshed"],
    );
  });

  test("setting the wall clock does not change the age of a set", async () => {
    const { verifier, token, net, clock } = await world();
    const good = await token({ exp: 4_000_000_000 });
    ok(await verifier.verify(good));
    clock.set(3_000_000_000);
    ok(await verifier.verify(good));
    assert.equal(net.requests.length, 1);
  });

  test("a token without a chance causes no fetch", async () => {
    const { verifier, token, net } = await world();
    for (const bad of [
      "",
      "a.b.c",
      "x".repeat(20_000),
      await token({ iss: "https://evil.example" }),
      await token({ exp: 1 }),
    ])
      assert.equal((await verifier.verify(bad)).kind, "token");
    assert.equal(net.requests.length, 0);
  });

  test("a token without a key ID is verified if exactly one key fits", async () => {
    const bare = await keyOf("ES256");
    const { verifier, token, publish, clock } = await world({ keys: [bare] });
    ok(await verifier.verify(await token()));
    publish(bare, await keyOf("ES256", "other"));
    await clock.pass(601);
    refused(await verifier.verify(await token()), "token", "token_key_unknown");
  });
});

const NEVER = () => new Promise(() => {});
const stream = (chunks, end) =>
  new Response(
    new ReadableStream({
      async pull(controller) {
        const chunk = chunks.next();
        if (chunk.done) return end(controller);
        controller.enqueue(Buffer.from(chunk.value));
      },
    }),
    { headers: { "content-type": "application/json" } },
  );
function* endless() {
  for (;;) yield " ".repeat(10_000);
}
const redirect = () => new Response(null, { status: 302, headers: { location: "https://evil.example" } });
const hundred = JSON.stringify({ keys: Array(101).fill({ kty: "oct" }) });

const FAULTS = {
  "is down": [() => Promise.reject(new TypeError("fetch failed")), "keys_unreachable"],
  "does not answer": [NEVER, "keys_unreachable"],
  "does not end its answer": [() => stream(["{"].values(), NEVER), "keys_unreachable"],
  "cuts its answer": [() => stream(['{"keys":'].values(), (c) => c.error(new TypeError("cut"))), "keys_unreachable"],
  "ends its answer too early": [() => json('{"keys":['), "keys_malformed"],
  "answers without end": [() => stream(endless(), () => {}), "keys_malformed"],
  "redirects": [redirect, "keys_unreachable"],
  "answers with an opaque redirect": [() => ({ status: 0, headers: new Headers(), body: null }), "keys_unreachable"],
  "fails": [() => json({ keys: [] }, {}, 500), "keys_unreachable"],
  "answers with status 201": [() => json({ keys: [] }, {}, 201), "keys_unreachable"],
  "answers with HTML": [() => json({ keys: [] }, { "content-type": "text/html" }), "keys_malformed"],
  "answers with almost JSON": [() => json({ keys: [] }, { "content-type": "application/jsonp" }), "keys_malformed"],
  "answers with something else than a set": [() => json([]), "keys_malformed"],
  "repeats a name": [() => json('{"keys":[],"keys":[]}'), "keys_malformed"],
  "has more than 100 keys": [() => json(hundred), "keys_malformed"],
  "does not answer in UTF-8": [() => stream([Buffer.from([0xff])].values(), (c) => c.close()), "keys_malformed"],
};

describe("an issuer that", () => {
  for (const [fault, [answer, code]] of Object.entries(FAULTS)) {
    test(`${fault} makes a first token wait, and refuses no token with a known key for an hour`, async () => {
      const { verifier, token, net, events, clock } = await world();
      const good = await token();
      const healthy = net.answers[JWKS];

      net.answers[JWKS] = answer;
      const first = verifier.verify(good);
      await clock.pass(5);
      const failure = await first;
      refused(failure, "keys", code);
      assert.ok(failure.retryAfter >= 1 && failure.retryAfter <= 2, `${failure.retryAfter}`);
      assert.equal(events.at(-1).type, "refresh_failed");
      assert.equal(clock.timers, 0);

      net.answers[JWKS] = healthy;
      await clock.pass(2);
      ok(await verifier.verify(good));

      net.answers[JWKS] = answer;
      for (let minute = 0; minute < 60; minute += 1) {
        const result = verifier.verify(good);
        await clock.pass(60);
        ok(await result);
      }
      assert.ok(events.some(({ type }) => type === "stale_keys_used"));

      net.answers[JWKS] = healthy;
      await clock.pass(61);
      ok(await verifier.verify(good));
      await settled();
      assert.equal(events.at(-1).type, "keys_refreshed");
    });
  }

  test("is down is asked after 1, 2, 4 … and at most 60 seconds", async () => {
    const { verifier, token, net, clock } = await world();
    const good = await token();
    net.answers[JWKS] = FAULTS["is down"][0];
    const times = [];
    for (let tenth = 0; tenth < 3000; tenth += 1) {
      const before = net.requests.length;
      refused(await verifier.verify(good), "keys", "keys_unreachable");
      if (net.requests.length > before) times.push(clock.elapsed());
      await clock.pass(0.1);
    }
    const pauses = times.slice(1).map((time, at) => time - times[at]);
    [1, 2, 4, 8, 16, 32, 60].forEach((least, at) => {
      assert.ok(pauses[at] >= least && pauses[at] <= Math.min(60, least * 1.25) + 0.2, `${pauses}`);
    });
    assert.ok(pauses.every((pause) => pause < 60.2));
  });

  test("is down is asked at most once per 30 seconds for unknown keys, and the answer is 503 and not 401", async () => {
    const { verifier, token, net, clock } = await world();
    const good = await token();
    ok(await verifier.verify(good));
    net.answers[JWKS] = FAULTS["is down"][0];
    await clock.pass(30);
    for (let second = 0; second < 90; second += 1) {
      refused(await verifier.verify(withKeyId(good, `${second}`)), "keys", "keys_unreachable");
      ok(await verifier.verify(good));
      await clock.pass(1);
    }
    assert.equal(net.requests.length, 1 + 3);
  });

  test("is down is reported once for each attempt, with many tokens", async () => {
    const { verifier, token, net, events, clock } = await world();
    const good = await token();
    ok(await verifier.verify(good));
    net.answers[JWKS] = FAULTS["is down"][0];
    await clock.pass(600);
    for (let count = 0; count < 100; count += 1) ok(await verifier.verify(good));
    assert.deepEqual(
      events.map(({ type }) => type),
      ["keys_refreshed", "refresh_failed", "stale_keys_used"],
    );
  });

  test("flaps keeps its keys", async () => {
    const { verifier, token, net, clock } = await world({ headers: { "cache-control": "max-age=60" } });
    const good = await token();
    const healthy = net.answers[JWKS];
    ok(await verifier.verify(good));
    for (let at = 0; at < 200; at += 1) {
      net.answers[JWKS] = at % 3 === 0 ? healthy : Object.values(FAULTS)[at % 2][0];
      const result = verifier.verify(good);
      await clock.pass(17);
      ok(await result);
    }
    assert.ok(net.requests.length < 200);
  });

  test("stays down loses its keys after staleIfError", async () => {
    const { verifier, token, net, clock } = await world({ policy: { staleIfError: 100 } });
    const good = await token();
    ok(await verifier.verify(good));
    net.answers[JWKS] = FAULTS["is down"][0];
    await clock.pass(650);
    ok(await verifier.verify(good));
    await clock.pass(51);
    refused(await verifier.verify(good), "keys", "keys_unreachable");
  });

  test("is down loses its keys at once with staleIfError: 0", async () => {
    const { verifier, token, net, clock } = await world({ policy: { staleIfError: 0 } });
    const good = await token();
    ok(await verifier.verify(good));
    net.answers[JWKS] = FAULTS["is down"][0];
    await clock.pass(599);
    ok(await verifier.verify(good));
    await clock.pass(1);
    refused(await verifier.verify(good), "keys", "keys_unreachable");
  });

  test("has no keys is valid: its tokens have unknown keys", async () => {
    const { verifier, token, net } = await world();
    net.answers[JWKS] = () => json({ keys: [] });
    refused(await verifier.verify(await token()), "token", "token_key_unknown");
  });

  test("has a bad key loses that key only, and says which", async () => {
    const { verifier, token, key, published, events } = await world();
    published.keys = [{ kty: "RSA", n: "AQAB", e: "AQ" }, { kty: "new" }, key.jwk];
    ok(await verifier.verify(await token()));
    assert.deepEqual(
      events[0].leftOut.map(({ index }) => index),
      [0, 1],
    );
  });

  test("answers with jwk-set+json is accepted", async () => {
    const { verifier, token } = await world({ headers: { "content-type": "application/jwk-set+json; charset=utf-8" } });
    ok(await verifier.verify(await token()));
  });
});

describe("warm", () => {
  test("fetches every set, and returns the failures", async () => {
    const { verifier, token, net, clock } = await world();
    const healthy = net.answers[JWKS];
    net.answers[JWKS] = FAULTS.fails[0];
    const [failure] = await verifier.warm();
    refused(failure, "keys", "keys_unreachable");
    net.answers[JWKS] = healthy;
    await clock.pass(2);
    assert.deepEqual(await verifier.warm(), []);
    ok(await verifier.verify(await token()));
    assert.equal(net.requests.length, 2);
  });
});

test("an error in onEvent rejects no token", async () => {
  const onEvent = () => {
    throw new Error("no log");
  };
  const { verifier, token } = await world({ policy: { onEvent }, clock: clockAt() });
  ok(await verifier.verify(await token()));
});
