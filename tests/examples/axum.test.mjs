// examples/axum: the built service, on the loopback.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { SETTINGS, testGreeting } from "./behaviours.mjs";

const PROGRAM = fileURLToPath(new URL("../../target/examples/debug/portcullis-example-axum", import.meta.url));

const start = (env) => spawn(PROGRAM, { env, stdio: ["ignore", "pipe", "pipe"] });

/** The exit code and the output of a service that cannot start. */
async function failure(env) {
  const child = start(env);
  let said = "";
  child.stderr.on("data", (data) => {
    said += data;
  });
  const [code] = await once(child, "close");
  return { code, said };
}

let folder;
let child;
let url;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-axum-"));
  const { JWKS, ...settings } = SETTINGS;
  writeFileSync(join(folder, "jwks.json"), JWKS);
  child = start({ ...settings, JWKS_FILE: join(folder, "jwks.json"), ADDRESS: "127.0.0.1:0" });
  child.stderr.pipe(process.stderr);
  for await (const line of createInterface({ input: child.stdout })) {
    url = /^Listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line)?.[1];
    break;
  }
  assert.ok(url, "the service says where it listens");
});

after(async () => {
  if (child?.exitCode === null) {
    child.kill();
    await once(child, "exit");
  }
  rmSync(folder, { recursive: true, force: true });
});

testGreeting("axum", (headers) => fetch(`${url}/greeting`, { headers }));

test("axum serves its public route without a token", async () => {
  const response = await fetch(`${url}/healthz`);
  assert.deepEqual([response.status, await response.text()], [200, "ok"]);
});

test("axum reads the keys from JWKS as well, and names a missing setting", async () => {
  const { TOKEN_AUDIENCE: _, ...settings } = SETTINGS;
  const { code, said } = await failure(settings);
  assert.equal(code, 1);
  assert.match(said, /TOKEN_AUDIENCE is not set\. Fix: /);
});

test("axum does not start with a private key", async () => {
  const JWKS = JSON.stringify({ keys: [{ kty: "oct", alg: "HS256", kid: "a", k: "A".repeat(43) }] });
  const { code, said } = await failure({ ...SETTINGS, JWKS });
  assert.equal(code, 1);
  assert.match(said, /JWKS: .*\. Fix: /);
  assert.doesNotMatch(said, /AAAA/);
});
