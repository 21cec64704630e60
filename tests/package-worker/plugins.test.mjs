// `portcullis/worker` from the packed package, under Cloudflare's plugins for Vite and Vitest.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { cloudflarePlugins } from "../../scripts/lib/runtimes.mjs";
import { wranglerEnv } from "../../scripts/lib/wrangler.mjs";
import { eventually } from "../support/wait.mjs";
import { SETTINGS, config, installPackage, post, prefixed, readJson, run } from "./project.mjs";

const skip = cloudflarePlugins() ? false : "SKIPPED: Cloudflare's plugins not here";
const NEW_LOGIN = { username: "nora", password: "a password of good length" };
const NEW_USER = { ...NEW_LOGIN, phone: "" };
const SOURCE = `
  import { mount } from "portcullis/mount";
  export { Account, Portcullis } from "portcullis/worker";
  const auth = mount({ path: "/auth", prefix: "PORTCULLIS_", issuer: "https://app.example.com/auth" });
  export default {
    fetch(request, env, context) {
      return new URL(request.url).pathname.startsWith("/auth/")
        ? auth.fetch(request, env, context)
        : new Response("of the host");
    },
  };
`;
const { assets: _, ...CONFIG } = config({ prefix: "PORTCULLIS_", vars: prefixed(SETTINGS) });
const PLUGINS = { plugins: true };

let installed;
before(async () => {
  if (!skip) installed = await installPackage();
});
after(() => installed?.remove());

const vite = (folder) => join(folder, "node_modules", "vite", "bin", "vite.js");

const VITE = {
  "src/index.js": SOURCE,
  "wrangler.jsonc": CONFIG,
  "vite.config.mjs": `
    import { cloudflare } from "@cloudflare/vite-plugin";
    export default { plugins: [cloudflare({ inspectorPort: false })] };
  `,
};

test("Vite's development server with Cloudflare's plugin serves a mounted login", { skip }, async () => {
  const folder = await installed.project(VITE, PLUGINS);
  const child = spawn(process.execPath, [vite(folder), "--host", "127.0.0.1", "--port", "0"], {
    ...{ cwd: folder, env: wranglerEnv(), stdio: ["ignore", "pipe", "pipe"], detached: true },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const gone = new Promise((resolve) => child.once("close", resolve));
  try {
    const ready = () => /http:\/\/127\.0\.0\.1:\d+/.exec(stripVTControlCharacters(output))?.[0];
    const url = await eventually(ready, "Vite is ready", 120_000);
    assert.equal((await post(`${url}/auth/users`, NEW_USER)).status, 201, output);
    assert.equal((await post(`${url}/auth/login`, NEW_LOGIN)).status, 200, output);
  } finally {
    if (child.exitCode === null) process.kill(-child.pid, "SIGTERM");
    await gone;
  }
});

test("a build of Vite with Cloudflare's plugin has exactly one .wasm file", { skip }, async () => {
  const folder = await installed.project(VITE, PLUGINS);
  await run([process.execPath, vite(folder), "build"], folder);
  const files = await readdir(join(folder, "dist"), { recursive: true });
  assert.equal(files.filter((name) => name.endsWith(".wasm")).length, 1, files.join());
  const deployed = await readJson(folder, "dist", "my_login", "wrangler.json");
  assert.ok(existsSync(join(folder, "dist", "my_login", deployed.main)));
});

test("a test of Vitest with Cloudflare's plugin logs in", { skip }, async () => {
  const folder = await installed.project(
    {
      "src/index.js": SOURCE,
      "wrangler.jsonc": CONFIG,
      "vitest.config.mjs": `
        import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
        export default { plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.jsonc" } })] };
      `,
      "login.test.js": `
        import { SELF } from "cloudflare:test";
        import { expect, test } from "vitest";
        const post = (path, body) => SELF.fetch("https://app.example.com/auth" + path, {
          method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
        });
        test("a new user logs in", async () => {
          expect((await post("/users", ${JSON.stringify(NEW_USER)})).status).toBe(201);
          const login = await post("/login", ${JSON.stringify(NEW_LOGIN)});
          expect(login.status).toBe(200);
          const { token } = await login.json();
          const me = await SELF.fetch("https://app.example.com/auth/me", { headers: { authorization: "Bearer " + token } });
          expect((await me.json()).username).toBe("nora");
        });
      `,
    },
    PLUGINS,
  );
  const vitest = join(folder, "node_modules", "vitest", "vitest.mjs");
  const tests = run([process.execPath, vitest, "run", "--reporter=verbose"], folder);
  const { stdout } = await tests.catch((error) => assert.fail(`${error.stdout}\n${error.stderr}`));
  assert.match(stdout, /1 passed/);
});
