// Projects that use the Worker of the packed npm package, in folders of their own.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { Miniflare } from "miniflare";
import { inRoot, wranglerProgram } from "../../scripts/lib/paths.mjs";
import { runtimesDir } from "../../scripts/lib/runtimes.mjs";
import { wranglerEnv } from "../../scripts/lib/wrangler.mjs";
import { install } from "../npm/installed.mjs";
import { OPERATOR, operatorKeys } from "../support/admin.mjs";
import { HASHES } from "../support/users.mjs";
import { SECRET_KEY } from "../support/worker.mjs";

const execute = promisify(execFile);

export const DATE = "2026-04-26";
export const SETTINGS = { SECRET_KEY, REGISTRATION: "open", OPERATOR_KEYS: operatorKeys(OPERATOR) };
export const ALICE = { id: 1, username: "alice", hash_password: HASHES.alice, phone: "+442071838750" };

/** The settings and bindings of a mounted Worker. */
export const prefixed = (settings) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`PORTCULLIS_${name}`, value]));

/** A wrangler.jsonc whose names of Portcullis have this prefix. */
export const config = ({ prefix = "", vars = {}, assets, main = "src/index.js", ...more }) => ({
  name: "my-login",
  main,
  compatibility_date: DATE,
  assets: { directory: "node_modules/portcullis/www", binding: `${prefix}ASSETS`, ...assets },
  kv_namespaces: [{ binding: `${prefix}USERS`, id: "users" }],
  durable_objects: { bindings: [{ name: `${prefix}ACCOUNTS`, class_name: "Account" }] },
  migrations: [{ tag: "v1", new_sqlite_classes: ["Account"] }],
  ratelimits: [{ name: `${prefix}LOGIN_LIMITER`, namespace_id: "1001", simple: { limit: 100, period: 60 } }],
  vars,
  ...more,
});

/**
 * Installs the packed package. Returns `project(files, { linked, plugins })`, which makes a project: `linked` has the
 * package behind a symbolic link, as pnpm has it; `plugins` also has Vite, Vitest and Cloudflare's plugins.
 */
export async function installPackage() {
  const installed = await install();
  const top = await mkdtemp(join(tmpdir(), "portcullis-worker-"));
  let count = 0;
  return {
    installed,
    async project(files, { linked = false, plugins = false } = {}) {
      count += 1;
      const folder = join(top, `project-${count}`);
      const modules = join(folder, "node_modules");
      const store = linked ? join(modules, ".pnpm", "portcullis@0.1.0", "node_modules") : modules;
      await mkdir(store, { recursive: true });
      await cp(installed.root, join(store, "portcullis"), { recursive: true });
      if (linked) await symlink(join(store, "portcullis"), join(modules, "portcullis"), "dir");
      if (plugins) {
        for (const name of ["@cloudflare", "vite", "vitest", "wrangler"])
          await symlink(join(runtimesDir, "node_modules", name), join(modules, name), "dir");
      }
      await write(folder, { "package.json": { name: "my-login", private: true, type: "module" }, ...files });
      return folder;
    },
    async remove() {
      await rm(top, { recursive: true, force: true });
      await installed.remove();
    },
  };
}

/** Writes files, by their paths below the folder; an object is written as JSON. */
export async function write(folder, files) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), typeof content === "string" ? content : JSON.stringify(content, null, 2));
  }
}

/** Runs a program in a project to its end and returns its output. */
export const run = ([command, ...args], cwd) =>
  execute(command, args, { cwd, env: { ...wranglerEnv(), CI: "true" }, maxBuffer: 1 << 24, timeout: 240_000 });

export const wrangler = (folder, ...args) => run([...wranglerProgram, ...args], folder);

/** Bundles a project with `wrangler deploy --dry-run`. Returns the names of the files in its folder `out`. */
export async function bundle(folder) {
  await wrangler(folder, "deploy", "--dry-run", "--outdir", "out");
  return readdir(join(folder, "out"));
}

/**
 * Starts a bundled project in workerd. `prefix` is the prefix of Portcullis' names, `vars` are the settings with their
 * whole names, and `objects` are the classes of further Durable Objects by binding. Without `accounts` there is no
 * binding ACCOUNTS. `logs` gets the Worker's lines.
 */
export async function serve(
  folder,
  { prefix = "", vars, assets, objects = {}, accounts = true, persist, users = [ALICE] } = {},
) {
  const out = join(folder, "out");
  const names = await readdir(out);
  const module = (type, name) => ({ type, path: join(out, name) });
  const objectsOf = { ...(accounts && { [`${prefix}ACCOUNTS`]: "Account" }), ...objects };
  const logs = [];
  const mf = new Miniflare({
    ...{ cf: false, telemetry: { enabled: false }, host: "127.0.0.1", port: 0, compatibilityDate: DATE },
    ...(persist && { defaultPersistRoot: persist, kvPersist: true, durableObjectsPersist: true }),
    handleStructuredLogs: ({ message }) => void logs.push(message),
    modulesRoot: out,
    modules: [
      module("ESModule", "index.js"),
      ...names.filter((name) => name.endsWith(".wasm")).map((name) => module("CompiledWasm", name)),
    ],
    bindings: vars ?? SETTINGS,
    kvNamespaces: { [`${prefix}USERS`]: "users" },
    durableObjects: Object.fromEntries(
      Object.entries(objectsOf).map(([name, className]) => [name, { className, useSQLite: true }]),
    ),
    ratelimits: { [`${prefix}LOGIN_LIMITER`]: { simple: { limit: 1_000_000, period: 60 } } },
    assets: {
      directory: join(folder, "node_modules", "portcullis", "www"),
      binding: `${prefix}ASSETS`,
      routerConfig: { has_user_worker: true },
      ...assets,
    },
  });
  try {
    const url = (await mf.ready).origin;
    const kv = await mf.getKVNamespace(`${prefix}USERS`);
    for (const user of users) await kv.put(`user:${user.username}`, JSON.stringify(user));
    return { url, logs, stop: () => mf.dispose() };
  } catch (error) {
    await mf.dispose();
    throw error;
  }
}

export const post = (url, body) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

/** The code blocks of a guide in this language, in their order, without their indentation. */
export function blocks(guide, language) {
  const text = readFileSync(inRoot("docs", "guides", guide), "utf8");
  const found = [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\``, "gms"))];
  return found.map(([, indent, block]) => block.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
}

/** Reads the JSON of a file of a project. */
export const readJson = async (...path) => JSON.parse(await readFile(join(...path), "utf8"));
