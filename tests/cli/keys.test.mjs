// The keys that the command line makes, in the real Worker and with another library.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { loggedIn, me, now } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const portcullis = fileURLToPath(new URL("../../target/cli/portcullis", import.meta.url));
const ISSUER = "https://login.example.test";

/** A folder with a set of keys, and functions that run the command line there. */
async function withKeys(use, ...options) {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-keys-"));
  const file = join(folder, "keys.json");
  const run = (args, input = "") => {
    const { status, stdout, stderr } = spawnSync(portcullis, args, { cwd: folder, input, encoding: "utf8" });
    return { status, stdout, stderr };
  };
  const done = (...args) => {
    const ran = run(args);
    assert.equal(ran.status, 0, ran.stderr);
    return ran.stdout;
  };
  try {
    done("keys", "generate", "--out", "keys.json", ...options);
    await use({
      run,
      done,
      folder,
      rotate: (...args) => done("keys", "rotate", "--file", "keys.json", ...args),
      keys: () => JSON.parse(readFileSync(file, "utf8")).keys,
      change: (key, change) => {
        const { keys } = JSON.parse(readFileSync(file, "utf8"));
        change(keys[key]);
        writeFileSync(file, JSON.stringify({ keys }));
      },
      // The same as `wrangler secret put SIGNING_KEYS < keys.json`.
      worker: (inWorker) => {
        const SIGNING_KEYS = readFileSync(file, "utf8");
        return withWorker(
          { users: [alice], vars: { SECRET_KEY: undefined, TOKEN_ISSUER: ISSUER, SIGNING_KEYS } },
          inWorker,
        );
      },
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const published = async (worker) => (await fetch(`${worker.url}/.well-known/jwks.json`)).json();
const kids = ({ keys }) => keys.map(({ kid }) => kid);
const kidOf = (token) => decodeProtectedHeader(token).kid;

test("a rotation in two steps announces a key, puts it in front, and drops the old key when its last token has expired", async () => {
  await withKeys(async ({ rotate, keys, change, worker }) => {
    const [first] = keys();
    const old = await worker(async (login) => (await loggedIn(login, "alice")).token);
    assert.equal(kidOf(old), first.kid);

    const before = now();
    rotate("--announce");
    const after = now();
    await worker(async (login) => {
      // Verifiers may cache the set without the new key for this long.
      const { headers } = await fetch(`${login.url}/.well-known/jwks.json`);
      const [, age] = /max-age=(\d+)/.exec(headers.get("cache-control"));
      const from = keys()[1].nbf - Number(age);
      assert.ok(before <= from && from <= after, `${before} ${from} ${after}`);
      assert.deepEqual(kids(await published(login)), kids({ keys: keys() }));
      assert.equal(kidOf((await loggedIn(login, "alice")).token), first.kid);
    });

    change(1, (key) => (key.nbf = now() - 1));
    rotate();
    const [second] = keys();
    await worker(async (login) => {
      assert.equal(kidOf((await loggedIn(login, "alice")).token), second.kid);
      assert.equal(await me(login, old), 200);
      const { keys: found } = await published(login);
      assert.deepEqual(kids({ keys: found }), [second.kid, first.kid]);
      for (const { d, exp, nbf } of found) assert.deepEqual([d, exp, nbf], [undefined, undefined, undefined]);
    });

    change(1, (key) => (key.exp = now() - 1));
    rotate();
    await worker(async (login) => {
      assert.equal(await me(login, old), 401);
      assert.deepEqual(kids(await published(login)), kids({ keys: keys() }));
      assert.ok(!kids({ keys: keys() }).includes(first.kid));
    });
  });
});

test("`token verify` verifies a token of the Worker with the keys that the Worker publishes", async () => {
  await withKeys(
    async ({ run, done, folder, worker }) => {
      await worker(async (login) => {
        const answer = await loggedIn(login, "alice");
        const keys = await published(login);
        assert.deepEqual(JSON.parse(done("keys", "public", "--file", "keys.json")), keys);
        writeFileSync(join(folder, "jwks.json"), JSON.stringify(keys));
        const verify = (issuer) =>
          run(["token", "verify", "--json", "--key", "jwks.json", "--issuer", issuer], JSON.stringify(answer));
        const { status, stdout } = verify(ISSUER);
        assert.equal(status, 0);
        assert.equal(JSON.parse(stdout).claims.username, "alice");
        assert.equal(verify("https://elsewhere.example").status, 1);
      });
    },
    "--alg",
    "ES256",
  );
});

for (const alg of ["EdDSA", "ES256"]) {
  test(`jose verifies a token that \`token sign\` signed with ${alg}`, async () => {
    await withKeys(
      async ({ done }) => {
        const token = done("token", "sign", "--key", "keys.json", "--sub", "1", "--iss", ISSUER).trim();
        const keys = JSON.parse(done("keys", "public", "--file", "keys.json"));
        const { payload } = await jwtVerify(token, createLocalJWKSet(keys), { issuer: ISSUER, algorithms: [alg] });
        assert.equal(payload.sub, "1");
      },
      "--alg",
      alg,
    );
  });
}
