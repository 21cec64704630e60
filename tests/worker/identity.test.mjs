// Known addresses and account names in the log do not depend on the signing keys (finding 13).

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { exportJWK, generateKeyPair } from "jose";
import { logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { from, withWorker } from "../support/worker.mjs";

const HOME = from("203.0.113.80");
const IDENTITY_SECRET = "identity-for-worker-tests-only-0123456789";

async function newSigningKeys(kid) {
  const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  return JSON.stringify({ keys: [{ ...(await exportJWK(privateKey)), alg: "EdDSA", kid }] });
}

/** The name of the account in the log, from the first login there. */
async function nameInLog(worker) {
  const line = await worker.logged(({ message }) => message.startsWith("{") && JSON.parse(message).route === "login");
  return JSON.parse(line.message).account;
}

test("with IDENTITY_SECRET, new signing keys keep the known addresses and the account names in the log", async () => {
  const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
  const withKeys = async (kid, use) => {
    const vars = {
      SECRET_KEY: undefined,
      SIGNING_KEYS: await newSigningKeys(kid),
      IDENTITY_SECRET,
      LOGIN_ATTEMPTS: "2",
      LOGIN_ATTEMPTS_ACCOUNT: "4",
    };
    return withWorker({ users: kid === "first" ? [alice] : [], vars, persist }, use);
  };
  try {
    const name = await withKeys("first", async (worker) => {
      await loggedIn(worker, "alice", PASSWORDS.alice, HOME);
      return nameInLog(worker);
    });
    await withKeys("second", async (worker) => {
      for (let i = 0; i < 4; i++) {
        assert.equal((await logIn(worker, "alice", "wrong", from(`198.51.100.${i + 1}`))).status, 401);
      }
      assert.equal(
        (await logIn(worker, "alice", PASSWORDS.alice, from("198.51.100.9"))).status,
        429,
        "the account's limit is reached",
      );
      await loggedIn(worker, "alice", PASSWORDS.alice, HOME);
      assert.equal(await nameInLog(worker), name);
    });
  } finally {
    rmSync(persist, { recursive: true });
  }
});
