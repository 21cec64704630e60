// Runs the examples of the package's README and of its guide.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Miniflare } from "miniflare";
import * as portcullis from "portcullis";
import * as issuers from "portcullis/issuer";
import * as presets from "portcullis/issuer/presets";
import * as legacy from "portcullis/legacy";
import * as passwords from "portcullis/password";
import * as sessions from "portcullis/session";
import { bundlersAndPeers, runtimesDir } from "../../scripts/lib/runtimes.mjs";
import { chromiumPath, openBrowser } from "../support/browser.mjs";
import { service } from "./behaviours/session.mjs";
import { bundlers, miniflareOptions, workerdModules } from "./bundles.mjs";
import { installWithBehaviours } from "./program.mjs";
import { files, snippets } from "./readme.mjs";
import { resultsOf, serve } from "./served.mjs";

const { generateKey, publicKey, secretKey, sign } = portcullis;
const SECRET = "readme-only-0123456789abcdef-0123456789abcdef-0123456789abcdef01";
const key = secretKey(SECRET, "HS512");

let folder, installed;
before(async () => {
  installed = await installWithBehaviours();
  ({ folder } = installed);
  for (const [name, code] of Object.entries(files)) await writeFile(join(folder, name), code);
});
after(() => installed?.remove());

test("the README has exactly these examples, each of which a test below runs", () => {
  assert.deepEqual(Object.keys(files), ["time-left.mjs", "guarded-fetch.mjs", "worker.mjs", "express.mjs"]);
});

describe("show the time left", { skip: chromiumPath() ? false : "SKIPPED: no Chromium here" }, () => {
  test("counts down and ends", async () => {
    const program = `
      import { showTimeLeft } from "./time-left.mjs";
      import { secretKey, sign } from "portcullis";
      const token = (options) => sign({}, secretKey("${SECRET}", "HS512"), options);
      const shown = (token) => {
        const element = document.createElement("p");
        return { element, stop: showTimeLeft(token, element) };
      };
      const lasting = shown(token({ expiresIn: 600 }));
      const seen = [lasting.element.textContent];
      const { promise, resolve } = Promise.withResolvers();
      new MutationObserver(() => seen.push(lasting.element.textContent) > 2 && resolve()).observe(lasting.element, { childList: true });
      await promise;
      lasting.stop();
      const others = [token({ expiresIn: 60, now: 1 }), token()].map((token) => shown(token).element.textContent);
      globalThis.results = { seen, others };
    `;
    await writeFile(join(folder, "time-left-page.mjs"), program);
    await bundlers.esbuild(folder, "time-left-page.mjs", "time-left-page.js");
    const [server, browser] = await Promise.all([serve(folder), openBrowser()]);
    try {
      server.page("/time-left", '<script type="module" src="/time-left-page.js"></script>');
      const { seen, others } = await resultsOf(browser, server, "/time-left");
      assert.match(seen[0], /^(10:00|9:5\d)$/);
      const seconds = seen.map((text) => text.split(":").reduce((minutes, rest) => minutes * 60 + Number(rest), 0));
      assert.ok(
        seconds.every((value, at) => at === 0 || value < seconds[at - 1]),
        `${seen}`,
      );
      assert.deepEqual(others, ["0:00", "without end"]);
    } finally {
      await Promise.all([server.close(), browser.close()]);
    }
  });
});

describe("guard a fetch", () => {
  test("sends the token and the request's own headers, and sends no expired token", async () => {
    const { fetchWith } = await import(pathToFileURL(join(folder, "guarded-fetch.mjs")));
    const asked = [];
    const server = createServer((request, response) => {
      asked.push([request.method, request.headers.authorization, request.headers.accept]);
      response.end("fine");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const url = `http://127.0.0.1:${server.address().port}/`;
      const token = sign({}, key, { expiresIn: 60 });
      const answer = await fetchWith(token, url, { method: "POST", headers: { accept: "text/plain" } });
      assert.equal(await answer.text(), "fine");
      await assert.rejects(fetchWith(sign({}, key, { expiresIn: 60, now: 1 }), url), /log in again/);
      assert.deepEqual(asked, [["POST", `Bearer ${token}`, "text/plain"]]);
    } finally {
      server.close().closeAllConnections();
    }
  });
});

describe("verify in a Worker, with a JWK Set", () => {
  const ISSUER = "https://login.example";
  const [first, second, strange] = [generateKey("EdDSA"), generateKey("ES256"), generateKey("EdDSA")];
  const NOW = 1_800_000_000;
  let keys, requests, worker, at;
  before(async () => {
    requests = 0;
    // The test controls the clock of the isolate.
    await writeFile(
      join(folder, "worker-at.mjs"),
      `
      import worker from "./worker.mjs";
      export default { fetch(request, env) { Date.now = () => Number(request.headers.get("x-now")) * 1000; return worker.fetch(request, env); } };
    `,
    );
    worker = new Miniflare({
      ...miniflareOptions,
      modules: await workerdModules(folder, "worker-at.mjs"),
      bindings: { ISSUER, AUDIENCE: "api" },
      outboundService(request) {
        assert.equal(request.url, `${ISSUER}/.well-known/jwks.json`);
        requests += 1;
        return Response.json({ keys: keys.map(publicKey) });
      },
    });
    await worker.ready;
  });
  after(() => worker?.dispose());

  const token = (key, claims) =>
    sign({ sub: "usr_1", ...claims }, key, { issuer: ISSUER, audience: "api", expiresIn: 100_000, now: NOW });
  async function ask(token) {
    const headers = { "x-now": String(NOW + at), ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    const response = await worker.dispatchFetch("https://api.example/", { headers });
    return [response.status, await response.json()];
  }
  const REFUSED = (code) => [401, { code }];
  const FINE = [200, { hello: "usr_1" }];

  test("fetches the keys once, again for an unknown key after half a minute, and in any case after ten minutes", async () => {
    [keys, at] = [[first], 0];
    assert.deepEqual(await ask(token(first)), FINE);
    assert.deepEqual(await ask(token(first)), FINE);
    assert.equal(requests, 1);

    keys = [second, first];
    assert.deepEqual(await ask(token(second)), REFUSED("token_key_unknown"), "not yet asked again");
    assert.equal(requests, 1);
    at = 30;
    assert.deepEqual(await ask(token(second)), FINE);
    assert.deepEqual(await ask(token(first)), FINE);
    assert.equal(requests, 2);

    at = 60;
    for (let n = 0; n < 3; n++) assert.deepEqual(await ask(token(strange)), REFUSED("token_key_unknown"));
    assert.equal(requests, 3, "three tokens of a stranger's, one request");

    keys = [second];
    at = 659;
    assert.deepEqual(await ask(token(first)), FINE);
    at = 660;
    assert.deepEqual(await ask(token(first)), REFUSED("token_key_unknown"), "the old key is gone");
    assert.equal(requests, 4);
  });

  test("refuses a token for another audience", async () => {
    [keys, at] = [[first], 2000];
    const other = sign({}, first, {
      issuer: "https://elsewhere.example",
      audience: "api",
      expiresIn: 100_000,
      now: NOW,
    });
    assert.deepEqual(await ask(other), REFUSED("token_claim_invalid"));
    assert.deepEqual(await ask(), REFUSED("token_malformed"));
    at = 100_001;
    assert.deepEqual(await ask(token(first)), REFUSED("token_expired"));
  });
});

describe("verify in Express", { skip: bundlersAndPeers() ? false : "SKIPPED: Express not here" }, () => {
  test("answers a caller with a token and refuses the others", async () => {
    await symlink(join(runtimesDir, "node_modules", "express"), join(folder, "node_modules", "express"), "dir");
    const issuer = "https://login.example";
    const env = { PATH: process.env.PATH, SECRET_KEY: SECRET, ISSUER: issuer, PORT: "0" };
    const app = spawn(process.execPath, ["express.mjs"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    try {
      let said = "";
      const port = await new Promise((resolve, reject) => {
        const read = (data) => ((said += data), /on port (\d+)/.test(said) && resolve(said.match(/on port (\d+)/)[1]));
        app.stdout.on("data", read);
        app.stderr.on("data", read);
        app.once("exit", () => reject(new Error(said)));
      });
      const ask = async (token) => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const response = await fetch(`http://127.0.0.1:${port}/me`, { headers });
        return [response.status, await response.json(), response.headers.get("www-authenticate")];
      };
      const refused = (code) => [401, { code }, 'Bearer error="invalid_token"'];
      assert.deepEqual(await ask(sign({ sub: "usr_1" }, key, { issuer, expiresIn: 60 })), [
        200,
        { hello: "usr_1" },
        null,
      ]);
      assert.deepEqual(
        await ask(sign({ sub: "usr_1" }, key, { issuer, expiresIn: 60, now: 1 })),
        refused("token_expired"),
      );
      assert.deepEqual(await ask(sign({ sub: "usr_1" }, key, { expiresIn: 60 })), refused("token_claim_invalid"));
      assert.deepEqual(await ask(), refused("token_malformed"));
    } finally {
      const gone = once(app, "exit");
      if (app.kill()) await gone;
    }
  });
});

describe("the other examples run in Node", () => {
  const AsyncFunction = (async () => {}).constructor;
  const entries = {
    portcullis,
    "portcullis/legacy": legacy,
    "portcullis/password": passwords,
    "portcullis/session": sessions,
    "portcullis/issuer": issuers,
    "portcullis/issuer/presets": presets,
  };
  // A token in the format of itsdangerous.
  const old = [{ alg: "HS512", iat: 1, exp: 9_999_999_999 }, { id: 1 }]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const legacyToken = `${old}.${createHmac("sha512", SECRET).update(old).digest("base64url")}`;
  const rsaKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export({ format: "jwk" });
  const current = sign({ sub: "1" }, key, { issuer: "https://login.example", expiresIn: 3600 });

  /** Runs a snippet with the names that it does not define; its console output is collected here. */
  async function run(code, given) {
    const body = code.replaceAll(/^import \{([^}]*)\} from "([^"]*)";$/gm, (_, names, entry) => {
      for (const name of names.split(",")) assert.ok(name.trim() in entries[entry], `${entry} has ${name}`);
      return "";
    });
    const said = [];
    const say = (...what) => said.push(what);
    const scope = Object.assign({}, ...Object.values(entries), {
      ...{ key, keys: { keys: [rsaKey] }, issuer: "https://login.example", audience: "app" },
      token: current,
      require: createRequire(import.meta.url),
      console: { log: say, error: say },
      ...given,
    });
    process.env.SECRET_KEY = SECRET;
    // In a block, so that the snippet can define these names.
    await new AsyncFunction(...Object.keys(scope), `{ ${body} }`)(...Object.values(scope));
    return said;
  }

  snippets.forEach((code, at) => {
    test(`${at + 1}: ${code.split("\n").find((line) => line !== "")}`, async () => {
      if (code.includes("verifyLegacy(")) return run(code, { token: legacyToken });
      if (code.includes("createSession(")) {
        const { asked, fetch } = service(portcullis, "her password");
        const said = await run(code, {
          createSession: (options) => sessions.createSession({ ...options, storage: undefined, fetch }),
        });
        assert.deepEqual(asked, ["/login", "/me", "/logout"]);
        const [[{ sub }, secondsLeft], ended] = said;
        assert.ok(sub === "usr_1" && secondsLeft > 500, `${sub} ${secondsLeft}`);
        return assert.deepEqual(ended, ["over:", "logout"]);
      }
      const user = {};
      await run(code, { user, password: "correct horse" });
      if (code.includes("user.hash = ")) assert.ok(passwords.verifyPassword("correct horse", user.hash));
      return undefined;
    });
  });
});
