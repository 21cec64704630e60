// The built Worker in a real workerd, with users in an in-memory KV and the page as its assets.

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** For these tests alone: 64 characters, enough for HS512. */
export const SECRET_KEY = "worker-tests-only-0123456789abcdef-0123456789abcdef-0123456789ab";

/** What wrangler.toml says, so that the tests run with what is deployed. */
function setting(name) {
  const found = new RegExp(`^\\s*${name}\\s*=\\s*"([^"]*)"`, "m").exec(readFileSync(join(root, "wrangler.toml"), "utf8"));
  if (!found) throw new Error(`wrangler.toml has no ${name}`);
  return found[1];
}

function built(path, target) {
  if (!existsSync(path)) throw new Error(`${path} is missing: node scripts/build.mjs ${target}`);
  return path;
}

/**
 * Starts a Worker.
 * - `vars`: settings over the defaults; `undefined` removes one.
 * - `users`: records as they stand in KV.
 * - `build`: the folder with worker.js, index.js and index_bg.wasm.
 * - `bindings`: by name, in place of those in wrangler.toml: `undefined` removes one, and the
 *   source of a module whose default export returns it (`export default (env) => …`) replaces it.
 * - `socket`: a host and a port at which the Worker alone is reached, past miniflare and without the page.
 *
 * `logs` holds `{ level, message }` for each line that the Worker wrote to its console; they come a
 * little after the answer, so wait with `logged(found)` for the first that satisfies `found`.
 */
export async function startWorker({ vars = {}, users = [], build = "build", bindings = {}, socket } = {}) {
  const folder = resolve(root, build);
  const target = build === "build" ? "worker" : "worker-panics";
  const settings = { SECRET_KEY, TOKEN_ALGORITHM: "HS512", TOKEN_EXPIRATION: "3600", ...vars };
  const compatibilityDate = setting("compatibility_date");
  const logs = [];

  const replaced = Object.entries(bindings).filter(([, source]) => source !== undefined);
  const workers = replaced.map(([name, source]) => ({
    name: `replaced-${name}`,
    modules: [{ type: "ESModule", path: "binding.mjs", contents: source }],
  }));

  const mf = new Miniflare({
    cf: false,
    telemetry: { enabled: false },
    host: "127.0.0.1",
    port: 0,
    handleStructuredLogs: ({ level, message }) => void logs.push({ level, message }),
    workers: [
      {
        name: "portcullis",
        compatibilityDate,
        modulesRoot: folder,
        unsafeDirectSockets: socket && [socket],
        modules: [
          { type: "ESModule", path: built(join(folder, "worker.js"), target) },
          { type: "ESModule", path: built(join(folder, "index.js"), target) },
          { type: "CompiledWasm", path: built(join(folder, "index_bg.wasm"), target) },
        ],
        bindings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
        kvNamespaces: "USERS" in bindings ? [] : ["USERS"],
        wrappedBindings: Object.fromEntries(replaced.map(([name]) => [name, { scriptName: `replaced-${name}` }])),
        assets: socket ? undefined : {
          directory: built(resolve(root, setting("directory")), "page"),
          binding: setting("binding"),
          routerConfig: { has_user_worker: true },
        },
      },
      ...workers,
    ],
  });

  try {
    const url = (await mf.ready).origin;
    const kv = "USERS" in bindings ? undefined : await mf.getKVNamespace("USERS", "portcullis");
    for (const user of users) await kv.put(`user:${user.username}`, JSON.stringify(user));
    return { url, mf, kv, logs, logged: (found) => waitFor(() => logs.find(found)), stop: () => mf.dispose() };
  } catch (error) {
    await mf.dispose();
    throw error;
  }
}

/** What `look` finds, for which it has five seconds. */
async function waitFor(look) {
  const end = Date.now() + 5000;
  for (;;) {
    const found = look();
    if (found) return found;
    if (Date.now() > end) throw new Error("the Worker did not log it within five seconds");
    await sleep(20);
  }
}
