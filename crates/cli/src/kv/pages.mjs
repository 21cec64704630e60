// Prints the keys of a local KV namespace that begin with a prefix, one JSON string per line. It reads all pages,
// which `wrangler kv key list --local` does not.
import { createRequire } from "node:module";

const [wrangler, path, binding, prefix, configPath, environment] = process.argv.slice(2);
const { getPlatformProxy } = createRequire(wrangler)("wrangler");
const { env, dispose } = await getPlatformProxy({
  configPath: configPath || undefined,
  environment: environment || undefined,
  persist: { path },
  remoteBindings: false,
});
try {
  let cursor;
  do {
    const page = await env[binding].list({ prefix, cursor });
    process.stdout.write(page.keys.map(({ name }) => `${JSON.stringify(name)}\n`).join(""));
    cursor = page.cursor;
  } while (cursor);
} finally {
  await dispose();
}
