// The Worker's choice of stand-ins: users whose hashes set the cost of a login with an unknown name. tests/native/stand_ins.rs
// tests the cost itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, logIn } from "../support/requests.mjs";
import { kvNoted } from "../support/stores.mjs";
import { user, werkzeugHash } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const SAMPLE = 20;

test("the Worker does not take as stand-ins the users whose names come first", () => {
  // Names that an attacker would choose to be taken as a stand-in.
  const first = Array.from({ length: SAMPLE }, (_, i) => `!${String(i).padStart(2, "0")}`);
  const others = Array.from({ length: 2 * SAMPLE }, (_, i) => `user${i}`);
  const users = [...first, ...others].map((name, i) =>
    user(i + 1, name, "alice", { hash_password: werkzeugHash("x") }),
  );
  return withWorker({ users, bindings: { USERS: kvNoted } }, async (worker) => {
    await assertProblem(await logIn(worker, "nobody", "wrong"), 401, "credentials_incorrect");
    const { keys } = await worker.kv.list({ prefix: "read:user:" });
    const looked = keys.map(({ name }) => name.slice("read:user:".length)).filter((name) => name !== "nobody");
    assert.equal(looked.length, SAMPLE);
    // About a third of the users. The order depends only on the Worker's secret, so it is the same each time.
    const early = looked.filter((name) => first.includes(name));
    assert.ok(early.length < SAMPLE / 2, looked.join());
  });
});
