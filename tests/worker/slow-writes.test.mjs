// KV writes that take long: no request waits for them, and a late write does not restore old data.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertProblem, changePassword, logIn, logOut, loggedIn, refresh, signUp } from "../support/requests.mjs";
import { kvSlowWrites } from "../support/stores.mjs";
import { HASHES, PASSWORDS, alice, user, werkzeugHash } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { withWorker } from "../support/worker.mjs";

const NEW = "quite a few words, all of them mine";
/** Longer than the Worker waits for any response of KV. */
const LATE = 7000;
const SOON = 3000;
const slow = kvSlowWrites(LATE);

async function soon(ask) {
  const since = performance.now();
  const response = await ask;
  const took = performance.now() - since;
  assert.ok(took < SOON, `${Math.round(took)} ms`);
  return response;
}

describe("while KV writes slowly", { concurrency: true }, () => {
  test("the first login of a werkzeug user, a sign-up and a log-out are answered soon, and their changes stay", () =>
    withWorker(
      {
        users: [user(2, "old", "alice", { hash_password: werkzeugHash("pw pw") }), alice],
        vars: { REGISTRATION: "open" },
        bindings: { USERS: slow },
      },
      async (worker) => {
        const session = await loggedIn(worker, "alice");
        await worker.kv.put("slow", "yes");
        const answers = await Promise.all([
          soon(logIn(worker, "old", "pw pw")),
          soon(signUp(worker, { username: "erin", password: NEW, phone: "" })),
          soon(logOut(worker, session.token)),
        ]);
        assert.deepEqual(
          answers.map(({ status }) => status),
          [200, 201, 204],
        );
        assert.equal(await worker.kv.get("user:erin"), null, "KV has not got it yet");

        await assertProblem(
          await soon(signUp(worker, { username: "erin", password: NEW, phone: "" })),
          409,
          "username_taken",
        );
        await assertProblem(await refresh(worker, session.refresh_token), 401, "token_incorrect");
        const login = await loggedIn(worker, "erin", NEW);
        assert.equal((await soon(changePassword(worker, login.token, NEW, `${NEW}, and more`))).status, 204);
        await assertProblem(await logIn(worker, "erin", NEW), 401, "credentials_incorrect");
        await loggedIn(worker, "erin", `${NEW}, and more`);
        await soon(logIn(worker, "old", "pw pw"));
        const hash = async () => JSON.parse(await worker.kv.get("user:old")).hash_password;
        await eventually(async () => (await hash()).startsWith("$argon2id$"), "the new hash is in KV");
      },
    ));

  test("a late write from before a change of password does not restore the old password", () =>
    withWorker({ users: [alice], clock: true, bindings: { USERS: slow } }, async (worker) => {
      const [own, other] = [await loggedIn(worker, "alice"), await loggedIn(worker, "alice")];
      await worker.kv.put("slow", "yes");
      const began = performance.now();
      assert.equal((await soon(logOut(worker, other.token))).status, 204);
      await worker.kv.delete("slow"); // The log-out's write, which has the old hash, is pending.
      assert.equal((await soon(changePassword(worker, own.token, PASSWORDS.alice, NEW))).status, 204);
      await assertProblem(await logIn(worker, "alice", PASSWORDS.alice), 401, "credentials_incorrect");

      const isNew = async () => !(await worker.kv.get("user:alice")).includes(HASHES.alice);
      await eventually(isNew, "the new hash is in KV");
      await sleep(Math.max(0, LATE + 1500 - (performance.now() - began)));
      assert.ok(await isNew(), "and is so when all writes are over");
      await worker.clock.ahead(400); // From this time on only KV counts.
      await assertProblem(await logIn(worker, "alice", PASSWORDS.alice), 401, "credentials_incorrect");
      await loggedIn(worker, "alice", NEW);
    }));
});
