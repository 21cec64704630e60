// Whose hashes tell what an unknown name costs. What comes of it is in tests/native/stand_ins.rs.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, logIn } from "../support/requests.mjs";
import { kvNoted } from "../support/stores.mjs";
import { user, werkzeugHash } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const SAMPLE = 20;

test("the users that are looked at for stand-ins are not those whose names come first", () => {
  // As someone would choose them who signs up to be looked at.
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
    // A third of them, by and large; the order is that of the Worker's secret, and so always the same.
    const early = looked.filter((name) => first.includes(name));
    assert.ok(early.length < SAMPLE / 2, looked.join());
  });
});
