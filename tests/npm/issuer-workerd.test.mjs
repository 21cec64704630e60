// The verifier in workerd itself: requests at the same time, a client that leaves, and new isolates.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Miniflare } from "miniflare";
import { miniflareOptions, workerdModules } from "./bundles.mjs";
import { install } from "./installed.mjs";
import { keyOf } from "./issuer/support.mjs";

const PROGRAM = `
  import { cacheApiStore, createVerifier, kvStore } from "portcullis/issuer";
  import { google } from "portcullis/issuer/presets";
  let verifier;
  export default {
    async fetch(request, env, ctx) {
      const store = { kv: () => kvStore(env.KEYS), cache: () => cacheApiStore(), none: () => undefined }[env.STORE]();
      verifier ??= createVerifier([google({ audience: "app" })], { store });
      return Response.json(await verifier.authenticate(request, env.CONTEXT ? ctx : undefined));
    },
  };
`;

let installed, modules, key, authorization;
before(async () => {
  installed = await install();
  await writeFile(join(installed.folder, "worker.mjs"), PROGRAM);
  modules = await workerdModules(installed.folder, "worker.mjs");
  key = await keyOf("RS256", "1");
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: "https://accounts.google.com", aud: "app", sub: "1", iat: now, exp: now + 3600 };
  authorization = `Bearer ${await key.sign(claims)}`;
});
after(() => installed?.remove());

/** Runs `work` with the Worker and an issuer that answers after `delay` ms. `asked` counts its requests. */
async function withWorker({ store = "none", context = true, delay = 200 }, work) {
  const issuer = { asked: 0 };
  const options = (generation) => ({
    ...miniflareOptions,
    modules,
    kvNamespaces: ["KEYS"],
    // Another binding restarts the isolate.
    bindings: { STORE: store, CONTEXT: context, GENERATION: generation },
    outboundService: async () => {
      issuer.asked += 1;
      await sleep(delay);
      return Response.json({ keys: [key.jwk] }, { headers: { "cache-control": "max-age=600" } });
    },
  });
  const mf = new Miniflare(options(0));
  try {
    const url = await mf.ready;
    const ask = async (init) => (await fetch(url, { headers: { authorization }, ...init })).json();
    await work({ ask, issuer, restart: (generation) => mf.setOptions(options(generation)) });
  } finally {
    await mf.dispose();
  }
}

describe("in workerd", () => {
  for (const context of [true, false]) {
    test(`requests at the same time cause one fetch ${context ? "with" : "without"} their contexts`, () =>
      withWorker({ context }, async ({ ask, issuer }) => {
        const results = await Promise.all(Array.from({ length: 50 }, () => ask()));
        for (const result of results) assert.equal(result.ok, true, JSON.stringify(result));
        assert.equal(issuer.asked, 1);
        assert.equal((await ask()).ok, true);
        assert.equal(issuer.asked, 1);
      }));

    test(`a client that leaves during the fetch does not harm other requests ${context ? "with" : "without"} contexts`, () =>
      withWorker({ context, delay: 1000 }, async ({ ask, issuer }) => {
        const leaving = new AbortController();
        const first = ask({ signal: leaving.signal }).catch((error) => error.name);
        while (issuer.asked === 0) await sleep(10);
        const others = Promise.all(Array.from({ length: 10 }, () => ask()));
        await sleep(200);
        leaving.abort();
        assert.equal(await first, "AbortError");
        for (const result of await others) assert.equal(result.ok, true, JSON.stringify(result));
        assert.ok(issuer.asked <= 2, `${issuer.asked} fetches`);
        if (context) assert.equal(issuer.asked, 1, "the context keeps the fetch");
      }));
  }

  test("an isolate that starts without a store fetches the keys", () =>
    withWorker({}, async ({ ask, issuer, restart }) => {
      await ask();
      await restart(1);
      await ask();
      assert.equal(issuer.asked, 2);
    }));

  for (const store of ["kv", "cache"]) {
    test(`an isolate that starts with a filled store needs no fetch: ${store}`, () =>
      withWorker({ store }, async ({ ask, issuer, restart }) => {
        assert.equal((await ask()).ok, true);
        // The store is written after the response.
        await sleep(500);
        await restart(1);
        assert.equal((await ask()).ok, true);
        assert.equal(issuer.asked, 1);
      }));
  }
});
