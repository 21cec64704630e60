// `portcullis/worker` from the packed package, as the Worker of a project.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { inRoot, wranglerProgram } from "../../scripts/lib/paths.mjs";
import { wranglerEnv } from "../../scripts/lib/wrangler.mjs";
import { PASSWORDS } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { SECRET_KEY } from "../support/worker.mjs";
import { blocks, bundle, config, installPackage, post, run, serve, wrangler } from "./project.mjs";

const SOURCE = 'export { default, Account, Portcullis } from "portcullis/worker";\n';
const LOGIN = { username: "alice", password: PASSWORDS.alice };
const NEW_LOGIN = { username: "nora", password: "a password of good length" };
const NEW_USER = { ...NEW_LOGIN, phone: "" };

let installed;
before(async () => {
  installed = await installPackage();
});
after(() => installed?.remove());

for (const linked of [false, true]) {
  describe(linked ? "installed behind a symbolic link, as pnpm does" : "installed by copying, as npm does", () => {
    let folder;
    before(async () => {
      folder = await installed.project({ "src/index.js": SOURCE, "wrangler.jsonc": config({}) }, { linked });
    });

    test("the bundle of wrangler has exactly one .wasm file, and it is ours", async () => {
      const wasm = (await bundle(folder)).filter((name) => name.endsWith(".wasm"));
      assert.equal(wasm.length, 1, wasm.join());
      assert.match(wasm[0], /-portcullis\.wasm$/);
    });

    test("the Worker serves the login and the page, and a restart keeps the account's storage", async () => {
      const persist = join(folder, "state");
      let worker = await serve(folder, { persist });
      let session;
      try {
        const login = await post(`${worker.url}/login`, LOGIN);
        assert.equal(login.status, 200);
        session = await login.json();
        const me = await fetch(`${worker.url}/me`, { headers: { authorization: `Bearer ${session.token}` } });
        assert.equal((await me.json()).username, "alice");
        const page = await fetch(worker.url);
        assert.match(await page.text(), /id="login-form"/);
        assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
      } finally {
        await worker.stop();
      }
      worker = await serve(folder, { persist, users: [] });
      try {
        // Only the account's object knows the session.
        const refresh = await post(`${worker.url}/refresh`, { refresh_token: session.refresh_token });
        assert.equal(refresh.status, 200);
      } finally {
        await worker.stop();
      }
    });
  });
}

/** Starts `wrangler dev`, and returns the Worker's URL and `stop()`. */
async function dev(folder) {
  const [command, ...args] = wranglerProgram;
  const options = ["--ip", "127.0.0.1", "--port", "0", "--persist-to", "state", "--show-interactive-dev-session=false"];
  const child = spawn(command, [...args, "dev", ...options], {
    ...{ cwd: folder, env: { ...wranglerEnv(), CI: "true" }, stdio: ["ignore", "pipe", "pipe"] },
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  const gone = new Promise((resolve) => child.once("close", resolve));
  const stop = async () => {
    if (child.exitCode === null) process.kill(-child.pid, "SIGINT");
    await gone;
  };
  try {
    const ready = () => /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
    return { url: await eventually(ready, "wrangler dev is ready", 120_000), stop };
  } catch (error) {
    await stop();
    throw new Error(`${error.message}\n${output}`);
  }
}

test("the guide's project runs under `wrangler dev`: a user signs up, and a restart keeps the session", async () => {
  const [source] = blocks("use-the-worker-from-npm.md", "js");
  const [wranglerConfig] = blocks("use-the-worker-from-npm.md", "jsonc");
  const folder = await installed.project({
    "src/index.js": source,
    "wrangler.jsonc": wranglerConfig,
    ".dev.vars": `SECRET_KEY=${SECRET_KEY}\n`,
  });
  let worker = await dev(folder);
  let session;
  try {
    assert.equal((await post(`${worker.url}/users`, NEW_USER)).status, 201);
    const login = await post(`${worker.url}/login`, NEW_LOGIN);
    assert.equal(login.status, 200, await login.clone().text());
    session = await login.json();
  } finally {
    await worker.stop();
  }
  worker = await dev(folder);
  try {
    const refresh = await post(`${worker.url}/refresh`, { refresh_token: session.refresh_token });
    assert.equal(refresh.status, 200);
  } finally {
    await worker.stop();
  }
});

test("`wrangler types` and TypeScript with --strict accept the Worker and a mount, without skipLibCheck", async () => {
  const folder = await installed.project({
    "src/index.ts": `
      import { mount, type MountOptions } from "portcullis/mount";
      import worker from "portcullis/worker";
      export { Account, Portcullis } from "portcullis/worker";
      const options: MountOptions = { path: "/auth", prefix: "PORTCULLIS_", bindings: { USERS: "MY_USERS" } };
      const auth = mount(options);
      // @ts-expect-error The prefix is required.
      mount({ path: "/auth" });
      export default {
        async fetch(request, env, context) {
          const stub = env.ACCOUNTS.getByName("user:alice");
          await stub.fetch(request);
          return env.TOKEN_EXPIRATION === "60" ? auth.fetch(request, env, context) : worker.fetch(request, env, context);
        },
      } satisfies ExportedHandler<Env>;
    `,
    "wrangler.jsonc": config({ main: "src/index.ts", vars: { TOKEN_EXPIRATION: "60" } }),
    "tsconfig.json": {
      compilerOptions: {
        ...{ strict: true, noEmit: true, target: "es2022", module: "esnext", moduleResolution: "bundler" },
        ...{ lib: ["es2022"], types: ["./worker-configuration.d.ts"], exactOptionalPropertyTypes: true },
      },
      include: ["src", "worker-configuration.d.ts"],
    },
  });
  await wrangler(folder, "types");
  const tsc = run([process.execPath, inRoot("node_modules", "typescript", "bin", "tsc"), "-p", "."], folder);
  await tsc.catch(({ stdout }) => assert.fail(stdout));
});

describe("imported in Node", () => {
  const programs = {
    "with all names": 'import worker, { Account, Portcullis } from "portcullis/worker";',
    "with import()": 'await import("portcullis/worker");',
    "as a mount": 'import { mount } from "portcullis/mount";',
  };
  for (const [title, program] of Object.entries(programs)) {
    test(`${title}, the module throws one sentence that says what to do`, async () => {
      const folder = await installed.project({ "program.mjs": program });
      const failure = await run([process.execPath, "program.mjs"], folder).catch((error) => error);
      assert.match(
        failure.stderr,
        /^Error: portcullis\/worker and portcullis\/mount run only in workerd, .*`npx wrangler dev`/m,
      );
    });
  }
});
