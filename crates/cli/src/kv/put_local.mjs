// Puts the pairs of a bulk file, one per line, into a local KV namespace. `wrangler kv bulk put --local` sends each
// pair from Node to workerd separately; this script sends a hundred per request to a Worker in Miniflare. Exits with 3
// if it cannot do the same as this wrangler.
import { execFileSync } from "node:child_process";
import { createReadStream } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";

const UNAVAILABLE = 3;
const PAIRS_A_REQUEST = 100;

const [wrangler, file, binding, preview, persistTo, configPath, env] = process.argv.slice(2);

// Runs in a separate process that ends before the others start, because it takes 160 MB.
const READ_CONFIG = `
  const [library, config, env] = process.argv.slice(1);
  const { unstable_readConfig } = require(library);
  const { kv_namespaces, userConfigPath } = unstable_readConfig({ config: config || undefined, env: env || undefined }, { hideWarnings: true });
  process.stdout.write("\\n" + JSON.stringify({ kv_namespaces, userConfigPath }));
`;

/** Returns Miniflare, and the namespace and the folder that this wrangler would choose. */
function place() {
  try {
    const library = createRequire(wrangler).resolve("wrangler");
    const printed = execFileSync(process.execPath, ["-e", READ_CONFIG, library, configPath, env], { encoding: "utf8" });
    const { kv_namespaces, userConfigPath } = JSON.parse(printed.slice(printed.lastIndexOf("\n")));
    const { id, preview_id } = kv_namespaces.find((namespace) => namespace.binding === binding);
    const state = persistTo || join(userConfigPath ? dirname(userConfigPath) : ".", ".wrangler/state");
    const { Miniflare } = createRequire(library)("miniflare");
    return { Miniflare, id: (preview === "true" ? preview_id : id) ?? binding, state: resolve(state, "v3") };
  } catch {
    process.exit(UNAVAILABLE);
  }
}

const { Miniflare, id, state } = place();
const miniflare = new Miniflare({
  modules: true,
  // One after the other: the index of a user must not exist before the record.
  script: `export default {
    async fetch(request, { KV }) {
      for (const { key, value } of await request.json()) await KV.put(key, value);
      return new Response();
    },
  };`,
  kvNamespaces: { KV: id },
  defaultPersistRoot: state,
});

async function put(lines) {
  const response = await miniflare.dispatchFetch("http://localhost/", { method: "POST", body: `[${lines}]` });
  if (!response.ok) throw new Error(await response.text());
}

try {
  const lines = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line === "[" || line === "]") continue;
    lines.push(line.replace(/,$/, ""));
    if (lines.length === PAIRS_A_REQUEST) await put(lines.splice(0));
  }
  if (lines.length > 0) await put(lines);
} catch (error) {
  console.error(`[ERROR] ${error.message}`);
  process.exitCode = 1;
} finally {
  await miniflare.dispose();
}
