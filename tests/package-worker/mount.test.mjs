// `portcullis/mount` from the packed package, in a Worker that has settings, assets and objects of its own.
import assert from "node:assert/strict";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { openPage } from "../page/open-page.mjs";
import { operatorToken, sendAdmin, userPath } from "../support/admin.mjs";
import { chromiumPath, openBrowser } from "../support/browser.mjs";
import { PASSWORDS } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { DATE, SETTINGS, blocks, bundle, config, installPackage, post, prefixed, serve, write } from "./project.mjs";

const PREFIX = "PORTCULLIS_";
const ISSUER = "https://app.example.com/auth";
const OWN = { TOKEN_X: "of the host", LOGIN_TITLE: "Welcome", SECRET_KEY: "short", REGISTRATION: "perhaps" };
const VARS = { ...OWN, ...prefixed({ ...SETTINGS, TOKEN_ISSUER: ISSUER }) };
const LOGIN = { username: "alice", password: PASSWORDS.alice };

/** The host: `/count` counts in an object of its own, and every other path answers with its setting. */
const COUNTER = `
  import { DurableObject } from "cloudflare:workers";
  export class Counter extends DurableObject {
    async count() {
      const count = (await this.ctx.storage.get("count") ?? 0) + 1;
      await this.ctx.storage.put("count", count);
      return count;
    }
  }
  const own = async (request, env) => new URL(request.url).pathname === "/count"
    ? Response.json(await env.COUNTER.getByName("all").count())
    : Response.json({ TOKEN_X: env.TOKEN_X });
`;
const BEFORE = `${COUNTER}
  export default { fetch: own };
`;
const host = (options = "") => `${COUNTER}
  import { mount } from "portcullis/mount";
  export { Account } from "portcullis/worker";
  const auth = mount({ path: "/auth", prefix: "${PREFIX}", ${options} });
  export default {
    fetch(request, env, context) {
      const { pathname } = new URL(request.url);
      const isOurs = pathname === "/auth" || pathname.startsWith("/auth/");
      return isOurs ? auth.fetch(request, env, context) : own(request, env);
    },
  };
`;

const OBJECTS = { COUNTER: "Counter" };
const V1 = { tag: "v1", new_sqlite_classes: ["Counter"] };
const V2 = { tag: "v2", new_sqlite_classes: ["Account"] };
const counter = { name: "COUNTER", class_name: "Counter" };
const hostConfig = (prefix = PREFIX) =>
  config({
    prefix,
    vars: VARS,
    durable_objects: { bindings: [counter, { name: `${prefix}ACCOUNTS`, class_name: "Account" }] },
    migrations: [V1, V2],
  });
/** The host's own page, with ours copied to its folder \`auth\`. */
const OWN_ASSETS = { directory: "public", binding: "ASSETS" };

let installed;
before(async () => {
  installed = await installPackage();
});
after(() => installed?.remove());

async function withHost(folder, options, use) {
  const worker = await serve(folder, { prefix: PREFIX, vars: VARS, objects: OBJECTS, ...options });
  try {
    return await use(worker);
  } finally {
    await worker.stop();
  }
}

describe("a Worker with a migration and assets of its own takes up Portcullis", () => {
  let folder, assets, persist;
  before(async () => {
    folder = await installed.project({
      "src/index.js": BEFORE,
      "public/index.html": "the host's page",
      "wrangler.jsonc": {
        ...config({ assets: OWN_ASSETS, vars: OWN, durable_objects: { bindings: [counter] }, migrations: [V1] }),
        ...{ kv_namespaces: [], ratelimits: [] },
      },
    });
    persist = join(folder, "state");
    assets = { directory: join(folder, "public"), binding: "ASSETS" };
    await bundle(folder);
    // The first version has no class Account.
    await withHost(folder, { persist, assets, accounts: false, users: [] }, async ({ url }) => {
      assert.equal(await (await fetch(`${url}/count`)).json(), 1);
    });
    const wrangler = { ...hostConfig(), assets: OWN_ASSETS };
    await write(folder, { "src/index.js": host(), "wrangler.jsonc": wrangler });
    await cp(join(folder, "node_modules", "portcullis", "www"), join(folder, "public", "auth"), { recursive: true });
    await bundle(folder);
  });

  const withNext = (use) => withHost(folder, { persist, assets }, use);

  test("its settings, page and objects stay its own", () =>
    withNext(async ({ url }) => {
      assert.deepEqual(await (await fetch(`${url}/other`)).json(), { TOKEN_X: OWN.TOKEN_X });
      assert.equal(await (await fetch(url)).text(), "the host's page");
      assert.equal(await (await fetch(`${url}/count`)).json(), 2);
      // Only paths below the mount are ours.
      for (const path of ["/login", "/authors", "/me"])
        assert.deepEqual(await (await fetch(url + path)).json(), { TOKEN_X: OWN.TOKEN_X }, path);
    }));

  test("the routes work below the path, with the issuer of the setting", () =>
    withNext(async ({ url }) => {
      const login = await post(`${url}/auth/login`, LOGIN);
      assert.equal(login.status, 200);
      const session = await login.json();
      const claims = JSON.parse(Buffer.from(session.token.split(".")[1], "base64url"));
      assert.equal(claims.iss, ISSUER);
      const authorization = `Bearer ${session.token}`;
      for (const path of ["/auth/me", "/auth/verify"]) {
        const response = await fetch(url + path, { headers: { authorization } });
        assert.equal((await response.json()).username, "alice", path);
      }
      const { sessions } = await (await fetch(`${url}/auth/sessions`, { headers: { authorization } })).json();
      const ended = await fetch(`${url}/auth/sessions/${sessions[0].id}`, {
        method: "DELETE",
        headers: { authorization },
      });
      assert.equal(ended.status, 204);
      assert.equal((await fetch(`${url}/auth/healthz`)).status, 200);
      assert.deepEqual(await (await fetch(`${url}/auth/.well-known/jwks.json`)).json(), { keys: [] });
      for (const path of ["/auth/nothing", "/auth//login", "/auth/auth/login"]) {
        const response = await fetch(url + path);
        assert.equal(response.status, 404, path);
        assert.equal((await response.json()).code, "not_found");
      }
    }));

  test("an operator signs the whole URL, with the path of the mount", () =>
    withNext(async (worker) => {
      const path = `/auth${userPath("alice")}`;
      const send = async (signed) =>
        sendAdmin(worker, "GET", path, undefined, await operatorToken(worker, "GET", signed));
      assert.equal((await (await send(path)).json()).username, "alice");
      assert.equal((await send(userPath("alice"))).status, 401);
    }));

  const skip = chromiumPath() ? false : "SKIPPED: no Chromium here";
  test("the copied page logs in below the path", { skip }, () => withNext(({ url }) => logsIn(`${url}/auth/`)));
});

/** Logs in on the page at this URL, and checks that the page asked only below the URL. */
async function logsIn(url) {
  const browser = await openBrowser();
  try {
    const { page, requests, assertClean } = await openPage(browser, url);
    await page.fill("#username", LOGIN.username);
    await page.fill("#password", LOGIN.password);
    const answered = page.waitForResponse(`${url}me`);
    await page.click("#login-form button[type=submit]");
    assert.equal((await (await answered).json()).username, "alice");
    assert.equal(await page.inputValue("#key-url"), "/auth/.well-known/jwks.json");
    assert.deepEqual(
      requests.filter((request) => !request.startsWith(url)),
      [],
    );
    await assertClean();
  } finally {
    await browser.close();
  }
}

describe("the page of the package, below the path of a mount", () => {
  let folder;
  before(async () => {
    folder = await installed.project({ "src/index.js": host(), "wrangler.jsonc": hostConfig() });
    await bundle(folder);
  });

  /** `run_worker_first` of wrangler.jsonc: the host answers at `/`, and not the assets. */
  const assets = { routerConfig: { has_user_worker: true, invoke_user_worker_ahead_of_assets: true } };

  test("its files and their headers are served, and the path without a slash leads there", () =>
    withHost(folder, { assets }, async ({ url }) => {
      assert.deepEqual(await (await fetch(url)).json(), { TOKEN_X: OWN.TOKEN_X });
      const page = await fetch(`${url}/auth?from=a`);
      assert.equal(page.url, `${url}/auth/?from=a`);
      assert.match(await page.text(), /id="login-form"/);
      assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
      const script = await fetch(`${url}/auth/app.js`);
      assert.match(script.headers.get("content-type"), /javascript/);
      const index = await fetch(`${url}/auth/index.html`, { redirect: "manual" });
      assert.equal(index.headers.get("location"), "/auth/");
      assert.equal((await fetch(`${url}/auth/nothing.js`)).status, 404);
      const head = await fetch(`${url}/auth/app.js`, { method: "HEAD" });
      assert.equal(head.status, 200);
    }));

  const skip = chromiumPath() ? false : "SKIPPED: no Chromium here";
  test("the page logs in", { skip }, () => withHost(folder, { assets }, ({ url }) => logsIn(`${url}/auth/`)));

  const problems = {
    "a misspelt name with the prefix": [{ PORTCULLIS_TOKEN_EXPIRY: "60" }, "PORTCULLIS_TOKEN_EXPIRY"],
    "a missing issuer": [{ PORTCULLIS_TOKEN_ISSUER: undefined }, "PORTCULLIS_TOKEN_ISSUER"],
    "a wrong value": [{ PORTCULLIS_REGISTRATION: "perhaps" }, "PORTCULLIS_REGISTRATION"],
  };
  for (const [title, [changes, name]] of Object.entries(problems)) {
    test(`${title} stops the login, and the log has the whole name`, () => {
      const vars = JSON.parse(JSON.stringify({ ...VARS, ...changes }));
      return withHost(folder, { vars }, async ({ url, logs }) => {
        const login = await post(`${url}/auth/login`, LOGIN);
        assert.equal(login.status, 500);
        assert.equal((await login.json()).code, "misconfigured");
        await eventually(() => logs.some((line) => line.includes(`"setting":"${name}"`)), `the log names ${name}`);
      });
    });
  }
});

test("the guide's module and bindings serve the login below the path", async () => {
  const [source] = blocks("mount-in-your-worker.md", "js");
  const [bindings, migrations] = blocks("mount-in-your-worker.md", "jsonc");
  const guide = { ...JSON.parse(bindings), ...JSON.parse(`{${migrations.replace(/.*YourClass.*\n/, "")}}`) };
  const folder = await installed.project({
    "src/index.js": source,
    "wrangler.jsonc": { name: "my-app", main: "src/index.js", compatibility_date: DATE, ...guide },
  });
  await bundle(folder);
  const vars = { ...guide.vars, ...prefixed({ SECRET_KEY: SETTINGS.SECRET_KEY }) };
  await withHost(folder, { vars, objects: {} }, async ({ url }) => {
    assert.deepEqual(await (await fetch(`${url}/auth/healthz`)).json(), { status: "ok" });
    assert.equal((await post(`${url}/auth/login`, LOGIN)).status, 200);
  });
});

describe("the options of mount()", () => {
  const worker = async (source, options) => {
    const folder = await installed.project({ "src/index.js": source, "wrangler.jsonc": hostConfig() });
    await bundle(folder);
    return withHost(folder, options, async ({ url }) => (await fetch(`${url}/auth/healthz`)).text());
  };

  test("`issuer` and `bindings` replace names of the environment", async () => {
    const folder = await installed.project({
      "src/index.js": host(
        `issuer: "${ISSUER}", bindings: { USERS: "USERS", ACCOUNTS: "ACCOUNTS", LOGIN_LIMITER: "LOGIN_LIMITER" }`,
      ),
      "wrangler.jsonc": hostConfig(""),
    });
    await bundle(folder);
    const vars = prefixed(SETTINGS);
    await withHost(folder, { prefix: "", vars }, async ({ url }) => {
      const login = await post(`${url}/auth/login`, LOGIN);
      assert.equal(login.status, 200);
    });
  });

  test("a wrong option and a second mount throw a sentence that names the mistake", async () => {
    const attempts = [
      {},
      { path: "/auth/", prefix: PREFIX },
      { path: "auth", prefix: PREFIX },
      { path: "/auth", prefix: "" },
      { path: "/auth", prefix: PREFIX, binding: {} },
      { path: "/auth", prefix: PREFIX, bindings: { USER: "X" } },
      { path: "/auth", prefix: PREFIX },
      { path: "/other", prefix: PREFIX },
    ];
    const source = `${host()}
      const messages = ${JSON.stringify(attempts)}.map((options) => {
        try { return mount(options).fetch.name; } catch (error) { return error.message; }
      });
      own.messages = messages;
    `.replace("return isOurs ? auth.fetch(request, env, context)", "return isOurs ? Response.json(own.messages)");
    assert.deepEqual(JSON.parse(await worker(source)), [
      'the option "path" of mount() must be a path such as "/auth", without a slash at the end',
      'the option "path" of mount() must be a path such as "/auth", without a slash at the end',
      'the option "path" of mount() must be a path such as "/auth", without a slash at the end',
      'the option "prefix" of mount() must be a prefix such as "PORTCULLIS_"',
      'the option "binding" of mount() does not exist',
      'the option "bindings" of mount() must be an object that maps USERS, ACCOUNTS, LOGIN_LIMITER, ASSETS to names of your environment',
      "fetch",
      "Portcullis is already mounted at /auth with the prefix PORTCULLIS_. A Worker can mount it only once: remove the second call of mount().",
    ]);
  });
});
