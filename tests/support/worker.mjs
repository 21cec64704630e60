// The built Worker in a real workerd, with users in an in-memory KV and with the page as its assets.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { OPERATOR, operatorKeys } from "./admin.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A secret for these tests only: 64 characters, enough for HS512. */
export const SECRET_KEY = "worker-tests-only-0123456789abcdef-0123456789abcdef-0123456789ab";

/** A secret for these tests only; a Worker has it if `vars` contains it. */
export const INTROSPECTION_SECRET = "introspection-for-worker-tests-only-0123456789";

/** The settings of wrangler.toml, so that the tests run with the deployed configuration. */
function setting(name) {
  const found = new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, "m").exec(
    readFileSync(join(root, "wrangler.toml"), "utf8"),
  );
  if (!found) throw new Error(`wrangler.toml has no ${name}`);
  return found[1];
}

function built(path, target) {
  if (!existsSync(path)) throw new Error(`${path} is missing: node scripts/build.mjs ${target}`);
  return path;
}

/** The header that gives a request this client address, as Cloudflare's edge does. */
export const from = (address) => ({ "cf-connecting-ip": address });

/**
 * Starts a Worker.
 * - `vars`: settings over the defaults; `undefined` removes one.
 * - `users`: records in the form in which KV stores them.
 * - `build`: the folder with worker.js, the modules that it imports, and portcullis.wasm.
 * - `bindings`: replaces bindings of wrangler.toml by name: `undefined` removes a binding, and the source
 *   of a module replaces a binding. Its default export returns the binding (`export default (env) => …`;
 *   `env.STORE` is the KV namespace that `kv` writes to); for ACCOUNTS it exports a class `Account`.
 * - `limiter`: the limit of LOGIN_LIMITER; by default far more than any test sends.
 * - `clock`: whether the test can set the Worker's clock with `clock.ahead(seconds)` and count the requests to its
 *   objects, with `clock.asked(kind)`.
 * - `socket`: a host and a port at which the Worker listens directly, without miniflare and without the page.
 * - `persist`: a folder for KV and the objects, so that a later Worker can continue with their data.
 *
 * `logs` holds `{ level, message }` for each line that the Worker wrote to its console. A line arrives
 * a little after the response, so wait with `logged(found)` for the first line that satisfies `found`.
 */
export async function startWorker({
  vars = {},
  users = [],
  build = "build",
  bindings = {},
  limiter = { limit: 1_000_000, period: 60 },
  clock = false,
  persist,
  socket,
} = {}) {
  const settings = {
    SECRET_KEY,
    TOKEN_ALGORITHM: "HS512",
    TOKEN_EXPIRATION: "3600",
    LOGIN_ATTEMPTS_ADDRESS: "100000",
    OPERATOR_KEYS: operatorKeys(OPERATOR),
    ...vars,
  };
  const logs = [];
  const mf = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    host: "127.0.0.1",
    port: 0,
    defaultPersistRoot: persist,
    ...(persist && { kvPersist: true, durableObjectsPersist: true }),
    handleStructuredLogs: ({ level, message }) => void logs.push({ level, message }),
    workers: [
      {
        name: "portcullis",
        compatibilityDate: setting("compatibility_date"),
        ...modulesOf(build, clock),
        bindings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
        ...bound(bindings, limiter),
        unsafeDirectSockets: socket && [socket],
        assets: socket
          ? undefined
          : {
              directory: built(resolve(root, setting("directory")), "page"),
              binding: setting("binding"),
              routerConfig: { has_user_worker: true },
            },
      },
      ...replacements(bindings),
      backstage(clock),
    ],
  });

  try {
    const url = (await mf.ready).origin;
    const kv = await mf.getKVNamespace("USERS", "backstage");
    for (const user of users) await kv.put(`user:${user.username}`, JSON.stringify(user));
    const more = clock ? { clock: await clockOf(mf) } : {};
    return { url, mf, kv, logs, logged: (found) => waitFor(() => logs.find(found)), stop: () => mf.dispose(), ...more };
  } catch (error) {
    await mf.dispose();
    throw error;
  }
}

/** Starts a Worker for `use`, and stops the Worker even if `use` throws. */
export async function withWorker(options, use) {
  const worker = await startWorker(options);
  try {
    return await use(worker);
  } finally {
    await worker.stop();
  }
}

/** The first module is the main module; it imports the modules after it. */
function modulesOf(build, clock) {
  const folder = resolve(root, build);
  const target = build === "build" ? "worker" : "worker-panics";
  const scripts = ["worker.js", "entry.js", "environment.js", "glue.js"];
  const modules = scripts.map((name) => ({ type: "ESModule", path: join(folder, name) }));
  if (clock) modules.unshift({ type: "ESModule", path: join(folder, "clock.js"), contents: clockAround(scripts[0]) });
  return {
    modulesRoot: folder,
    modules: [...modules, { type: "CompiledWasm", path: built(join(folder, "portcullis.wasm"), target) }],
  };
}

/** The bindings of wrangler.toml, without those that are removed or replaced. */
function bound(bindings, limiter) {
  const kept = (name, value) => (name in bindings ? {} : { [name]: value });
  const accounts = { className: "Account", useSQLite: true };
  const wrapped = replaced(bindings).filter(([name]) => name !== "ACCOUNTS");
  return {
    kvNamespaces: kept("USERS", "USERS"),
    durableObjects: bindings.ACCOUNTS
      ? { ACCOUNTS: { ...accounts, scriptName: "replaced-ACCOUNTS" } }
      : kept("ACCOUNTS", accounts),
    ratelimits: kept("LOGIN_LIMITER", { simple: limiter }),
    wrappedBindings: Object.fromEntries(wrapped.map(([name]) => [name, { scriptName: `replaced-${name}` }])),
  };
}

const replaced = (bindings) => Object.entries(bindings).filter(([, source]) => source !== undefined);

function replacements(bindings) {
  return replaced(bindings).map(([name, source]) => ({
    name: `replaced-${name}`,
    modules: [{ type: "ESModule", path: "binding.mjs", contents: source }],
    kvNamespaces: { STORE: "USERS" },
    ...(name === "ACCOUNTS" && {
      compatibilityDate: setting("compatibility_date"),
      durableObjects: { ACCOUNTS: { className: "Account", useSQLite: true } },
    }),
  }));
}

/** A second Worker, through which a test reaches bindings that no client can reach. */
function backstage(clock) {
  return {
    name: "backstage",
    compatibilityDate: setting("compatibility_date"),
    modules: [
      {
        type: "ESModule",
        path: "backstage.mjs",
        contents: "export default { fetch: (request, env) => env.CLOCK.fetch(request) }",
      },
    ],
    kvNamespaces: { USERS: "USERS" },
    serviceBindings: clock ? { CLOCK: { name: "portcullis", entrypoint: "Clock" } } : {},
  };
}

/** A module around the Worker's own. It shifts the time of the isolate, including its objects, by the last value that Clock got. */
const clockAround = (script) => `
  import { WorkerEntrypoint } from "cloudflare:workers";
  import { Account as Inner } from "./${script}";
  export * from "./${script}";
  export { default } from "./${script}";
  const asked = {};
  export class Account extends Inner {
    constructor(state, env) {
      super(state, env);
      this.kind = state.id.name?.split(":")[0];
    }
    fetch(request) {
      asked[this.kind] = (asked[this.kind] ?? 0) + 1;
      return super.fetch(request);
    }
  }
  const Real = Date;
  let ahead = 0;
  globalThis.Date = class Date extends Real {
    constructor(...date) { super(...(date.length > 0 ? date : [Real.now() + ahead])); }
    static now() { return Real.now() + ahead; }
  };
  export class Clock extends WorkerEntrypoint {
    async fetch(request) {
      if (request.method === "GET") return Response.json(asked);
      ahead = Number(await request.text()) * 1000;
      return new Response();
    }
  }
`;

/** `ahead(seconds)` sets how far the Worker's clock is ahead of ours (negative: behind); `now()` returns the Worker's time in seconds. */
async function clockOf(mf) {
  const worker = await mf.getWorker("backstage");
  let seconds = 0;
  return {
    now: () => Math.floor(Date.now() / 1000) + seconds,
    /** The number of requests to the objects of a kind: the accounts' objects, or the objects that count failures ("failures"). */
    asked: async (kind = "user") => (await (await worker.fetch("http://clock/")).json())[kind] ?? 0,
    async ahead(other) {
      seconds = other;
      const { ok } = await worker.fetch("http://clock/", { method: "POST", body: String(other) });
      if (!ok) throw new Error("the Worker's clock was not set");
    },
  };
}

/** Returns the first truthy value of `look`. Fails after five seconds. */
async function waitFor(look) {
  const end = Date.now() + 5000;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw new Error("the Worker did not log it within five seconds");
    await sleep(20);
  }
}
