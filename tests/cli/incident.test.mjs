// docs/guides/respond-to-an-incident.md: its commands exist, and a stolen key is worthless after its steps.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { importJWK, SignJWT } from "jose";
import { loggedIn, me, now, refreshed } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const portcullis = join(root, "target", "cli", "portcullis");
const ISSUER = "https://login.example.test";

test("each command of portcullis on the incident page exists", () => {
  const page = readFileSync(join(root, "docs", "guides", "respond-to-an-incident.md"), "utf8");
  const all = [...page.matchAll(/portcullis ((?:keys|users|doctor)[^`|;>\n]*)/g)].map(([, words]) =>
    words.trim().split(/\s+/),
  );
  assert.ok(all.length > 12, String(all.length));
  for (const words of all) {
    // The arguments before --help are parsed, so an unknown one is refused.
    const { status, stdout, stderr } = spawnSync(portcullis, [...words, "--help"], { encoding: "utf8" });
    assert.equal(status, 0, `${words.join(" ")}: ${stderr}`);
    assert.match(stdout, /^Usage: portcullis /m);
  }
});

for (const [what, which] of [
  ["a revoked key", (kid) => [kid]],
  ["a file whose keys are all revoked", () => ["--all"]],
]) {
  test(`${what}: the Worker refuses its tokens, also forged ones, and the session continues`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "portcullis-incident-"));
    const file = join(folder, "keys.json");
    const run = (...args) => execFileSync(portcullis, ["keys", ...args], { cwd: folder, stdio: "pipe" });
    // The same as after `wrangler secret put SIGNING_KEYS < keys.json`.
    const withKeys = (users, use) => {
      const vars = { SECRET_KEY: undefined, TOKEN_ISSUER: ISSUER, SIGNING_KEYS: readFileSync(file, "utf8") };
      return withWorker({ users, vars, persist: join(folder, "state") }, use);
    };
    try {
      run("generate", "--out", "keys.json");
      const [stolen] = JSON.parse(readFileSync(file, "utf8")).keys;
      const key = await importJWK(stolen, stolen.alg);
      const forge = () =>
        new SignJWT({ iss: ISSUER, sub: "1", id: 1, username: "alice", iat: now(), exp: now() + 600 })
          .setProtectedHeader({ alg: stolen.alg, typ: "JWT", kid: stolen.kid })
          .sign(key);
      const login = await withKeys([alice], async (worker) => {
        assert.equal(await me(worker, await forge()), 200, "the thief's key is good before");
        return loggedIn(worker, "alice");
      });
      run("revoke", "--file", "keys.json", ...which(stolen.kid));
      await withKeys([], async (worker) => {
        assert.equal(await me(worker, await forge()), 401);
        assert.equal(await me(worker, login.token), 401);
        const next = await refreshed(worker, login.refresh_token);
        assert.equal(await me(worker, next.token), 200);
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}
