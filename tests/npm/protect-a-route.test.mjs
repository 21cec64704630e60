// Runs the files of docs/guides/protect-a-route.md with the real frameworks, and compiles those in TypeScript.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { generateKey, publicKey, sign } from "portcullis";
import { bundlersAndPeers, runtimesDir } from "../../scripts/lib/runtimes.mjs";
import { install } from "./installed.mjs";
import { json, keyOf, network } from "./issuer/support.mjs";

const page = await readFile(new URL("../../docs/guides/protect-a-route.md", import.meta.url), "utf8");
const files = Object.fromEntries(
  [...page.matchAll(/^```(?:js|ts) file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, name, code]) => [name, code]),
);
const skip = bundlersAndPeers() ? false : "SKIPPED: the frameworks are not here";
const tsc = fileURLToPath(new URL("../../node_modules/typescript/lib/tsc.js", import.meta.url));

const JWKS = "https://example.eu.auth0.com/.well-known/jwks.json";
const key = await keyOf("RS256", "1");
const net = network({ [JWKS]: () => json({ keys: [key.jwk] }) });
const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: "https://example.eu.auth0.com/",
  aud: "https://api.example",
  sub: "auth0|1",
  iat: now,
  exp: now + 600,
};
const own = generateKey("ES256");

const { fetch } = globalThis;
let folder, installed;
before(async () => {
  installed = await install();
  ({ folder } = installed);
  await writeFile(join(folder, "package.json"), '{"type":"module"}');
  for (const [name, code] of Object.entries(files)) {
    await writeFile(join(folder, name), code);
    // The same with the other verifier.
    if (!/verifier/.test(name))
      await writeFile(join(folder, `own-${name}`), code.replace("./verifier", "./own-verifier"));
  }
  for (const name of ["express", "fastify", "hono", "@types"])
    await symlink(join(runtimesDir, "node_modules", name), join(folder, "node_modules", name));
  // Requests to the server under test go out.
  globalThis.fetch = (url, init) =>
    String(url).startsWith("http://127.0.0.1") ? fetch(url, init) : net.fetch(url, init);
  process.env.PUBLIC_KEYS = JSON.stringify({ keys: [publicKey(own)] });
});
after(async () => {
  globalThis.fetch = fetch;
  delete process.env.PUBLIC_KEYS;
  await installed?.remove();
});

async function served(server, use) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await use((path, headers) => fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** Calls `use` with a function that asks the application of a file. */
const APPS = {
  hono: ({ default: app }, use) => use((path, headers) => app.request(path, { headers })),
  express: async ({ app }, use) => {
    const { createServer } = await import("node:http");
    return served(createServer(app), use);
  },
  fastify: async ({ app }, use) => {
    await app.ready();
    return served(app.server, use).finally(() => app.close());
  },
  worker: ({ default: worker }, use) =>
    use((path, headers) =>
      worker.fetch(new Request(`https://api.example${path}`, { headers }), {}, { waitUntil() {} }),
    ),
};

const bearer = (token) => ({ authorization: `Bearer ${token}` });

/** What the page promises, for tokens made by `token(claims)`. */
async function keepsItsWord(ask, token, user) {
  const outcome = async (path, headers) => {
    const response = await ask(path, headers);
    const body = await response.json();
    if (!response.ok) assert.match(response.headers.get("content-type"), /^application\/problem\+json/);
    return [response.status, body.code ?? body, response.headers.get("www-authenticate")?.split(", error_")[0]];
  };
  const good = bearer(await token());
  const ERROR = 'Bearer realm="notes", error=';
  assert.deepEqual(await outcome("/api/me", good), [200, { user }, undefined]);
  assert.deepEqual(await outcome("/api/me", {}), [401, "token_missing", 'Bearer realm="notes"']);
  const expired = bearer(await token({ exp: now - 60, iat: now - 120 }));
  assert.deepEqual(await outcome("/api/me", expired), [401, "token_expired", `${ERROR}"invalid_token"`]);
  const two = { authorization: `${good.authorization}, ${good.authorization}` };
  assert.deepEqual(await outcome("/api/me", two), [400, "request_malformed", `${ERROR}"invalid_request"`]);
  const [status, code] = await outcome("/api/notes", good);
  assert.deepEqual([status, code], [403, "insufficient_scope"]);
  const reader = bearer(await token({ scope: "notes:read" }));
  assert.deepEqual(await outcome("/api/notes", reader), [200, { notes: [] }, undefined]);
}

test("the guide has exactly these files", () => {
  const names = ["express.mjs", "fastify.mjs", "fastify.ts", "hono.mjs", "hono.ts", "own-verifier.mjs", "verifier.mjs"];
  assert.deepEqual(Object.keys(files).sort(), [...names, "worker.mjs"]);
});

describe("the guide to protect a route", { skip }, () => {
  for (const [name, start] of Object.entries(APPS)) {
    test(`is right about ${name}, with tokens of an issuer`, async () => {
      const module = await import(pathToFileURL(join(folder, `${name}.mjs`)));
      const token = (more) => key.sign({ ...claims, ...more });
      await start(module, async (ask) => {
        await keepsItsWord(ask, token, "auth0|1");
      });
    });

    if (name === "worker") continue;
    test(`is right about ${name}, with tokens of one's own`, async () => {
      const module = await import(pathToFileURL(join(folder, `own-${name}.mjs`)));
      const token = (more) => sign({ ...claims, iss: "https://login.example", sub: "1", ...more }, own);
      await start(module, (ask) => keepsItsWord(ask, token, "1"));
    });
  }

  test("compiles in TypeScript", async () => {
    const typed = `
      import type { IssuerVerifier, JwtClaims } from "portcullis/issuer";
      export declare const verifier: IssuerVerifier<{ sub: string; plan: "free" | "gold"; [claim: string]: unknown }>;`;
    const plain =
      'import type { IssuerVerifier } from "portcullis/issuer"; export declare const verifier: IssuerVerifier;';
    for (const [name, types] of [
      ["hono.ts", plain],
      ["fastify.ts", typed],
    ]) {
      await writeFile(join(folder, "verifier.d.mts"), types);
      const args = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"];
      const run = promisify(execFile)(process.execPath, [tsc, ...args, "--types", "node", name], { cwd: folder });
      const { stdout } = await run.catch((error) => error);
      assert.equal(stdout, "", name);
    }
  });
});
