// schemathesis (from PyPI) sends valid and invalid requests that it derives from the document, and checks
// every response. schemathesis.toml configures it; hooks.py adds rules that a schema cannot express.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { schemathesis } from "../../scripts/lib/python.mjs";
import { logDir } from "../../scripts/lib/paths.mjs";
import { run } from "../../scripts/lib/run.mjs";
import { documentPath } from "../support/openapi.mjs";
import { PASSWORDS, alice, user } from "../support/users.mjs";
import { INTROSPECTION_SECRET, startWorker } from "../support/worker.mjs";
import { SIGN_THIS, startSigningProxy } from "./signing-proxy.mjs";

const skip = schemathesis() ? false : "schemathesis is not installed";

let worker, proxy;
before(async () => {
  // The highest possible limits, because this test needs the responses after the limits.
  const vars = { REGISTRATION: "open", INTROSPECTION_SECRET, LOGIN_ATTEMPTS: "100", LOGIN_ATTEMPTS_ACCOUNT: "1000" };
  worker = await startWorker({ users: [alice, user(2, "bob", "alice")], vars });
  proxy = await startSigningProxy(worker);
});
after(async () => {
  await proxy?.stop();
  await worker?.stop();
});

test("schemathesis finds no problem", { skip }, async () => {
  mkdirSync(logDir, { recursive: true });
  const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
  const report = ["--report", "junit", "--report-junit-path", join(logDir, "schemathesis.xml")];
  const command = [
    "--config-file",
    beside("schemathesis.toml"),
    "run",
    fileURLToPath(documentPath),
    "--url",
    proxy.url,
    ...report,
  ];
  const { code, stdout, stderr } = await run([schemathesis(), ...command], {
    cwd: logDir, // schemathesis writes its own files here.
    check: false,
    timeout: 300,
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: beside("hooks.py"),
      PORTCULLIS_URL: worker.url,
      PORTCULLIS_PASSWORD: PASSWORDS.alice,
      PORTCULLIS_INTROSPECTION_SECRET: INTROSPECTION_SECRET,
      PORTCULLIS_SIGN_THIS: SIGN_THIS,
    },
  });
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /No issues found/);
});
