// examples/worker: wrangler's bundle, in a real workerd.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { SETTINGS, testGreeting } from "./behaviours.mjs";

const BUNDLE = fileURLToPath(new URL("../../target/examples/worker", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../examples/worker/wrangler.toml", import.meta.url));
const setting = (name) => new RegExp(`^${name} = ["'](.*)["']$`, "m").exec(readFileSync(CONFIG, "utf8"))?.[1];

function worker(name, bindings) {
  if (!existsSync(BUNDLE)) throw new Error(`${BUNDLE} is missing. Fix: npm test -- examples`);
  const wasm = readdirSync(BUNDLE).filter((file) => file.endsWith(".wasm"));
  return {
    name,
    compatibilityDate: setting("compatibility_date"),
    modulesRoot: BUNDLE,
    modules: [
      { type: "ESModule", path: join(BUNDLE, "index.js") },
      ...wasm.map((file) => ({ type: "CompiledWasm", path: join(BUNDLE, file) })),
    ],
    bindings,
  };
}

let mf;
const logs = [];

before(async () => {
  mf = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    host: "127.0.0.1",
    port: 0,
    handleStructuredLogs: ({ message }) => void logs.push(message),
    workers: [worker("ready", SETTINGS), worker("as-cloned", { ...SETTINGS, JWKS: setting("JWKS") })],
  });
  await mf.ready;
});

after(() => mf?.dispose());

const get = async (name, path, headers) => (await mf.getWorker(name)).fetch(`http://worker${path}`, { headers });

testGreeting("the Worker", (headers) => get("ready", "/greeting", headers));

test("the Worker has no other route", async () => {
  assert.equal((await get("ready", "/")).status, 404);
});

test("the Worker serves nothing while it has no key, and its log says which settings to set", async () => {
  const response = await get("as-cloned", "/greeting");
  assert.equal(response.status, 500);
  assert.equal((await response.json()).code, "misconfigured");
  const end = Date.now() + 5000;
  while (logs.length === 0 && Date.now() < end) await new Promise((go) => setTimeout(go, 20));
  assert.match(logs.join("\n"), /Fix: set JWKS, TOKEN_ISSUER and TOKEN_AUDIENCE/);
});
