// The runtimes, bundlers, plugins and peers that only the tests of the npm package need: tests/npm/runtimes.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./paths.mjs";

export const runtimesDir = inRoot("tests", "npm", "runtimes");
const packages = join(runtimesDir, "node_modules");

/**
 * The program in the package of `scope` that npm installed for this system. The launcher in the main package is not
 * used, because it needs an install script.
 */
function binary(scope, ...path) {
  const folder = join(packages, scope);
  const found = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, ...path)) : [];
  return found.find((file) => existsSync(file));
}

export const deno = () => binary("@deno", "deno");
export const bun = () => binary("@oven", "bin", "bun");

/** Whether Vite, Vitest and Cloudflare's plugins for them are installed. */
export const cloudflarePlugins = () =>
  ["vite", "vitest", "@cloudflare/vite-plugin", "@cloudflare/vitest-pool-workers"].every((name) =>
    existsSync(join(packages, name)),
  ) || undefined;

/** Whether the bundlers and peers are installed. */
export const bundlersAndPeers = () =>
  ["vite", "webpack", "express", "fastify", "hono", "jsonwebtoken", "publint"].every((name) =>
    existsSync(join(packages, name)),
  ) || undefined;
