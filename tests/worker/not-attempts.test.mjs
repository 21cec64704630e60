// Requests that do not count as failed login attempts, and so lock nobody out.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, changePassword, logIn, loggedIn } from "../support/requests.mjs";
import { kvDown } from "../support/stores.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const RIGHT = PASSWORDS.alice;
const NEW = "quite a few words, all of them mine";
/** More failures than the limit. */
const MANY = 12;

test("a rejected new password does not count as a failed login when the old password is right", () =>
  withWorker({ users: [alice] }, async (worker) => {
    const { token } = await loggedIn(worker, "alice");
    for (let i = 0; i < MANY; i++) {
      await assertProblem(await changePassword(worker, token, RIGHT, "short"), 422, "password_unacceptable");
    }
    await loggedIn(worker, "alice");
    assert.equal((await changePassword(worker, token, RIGHT, NEW)).status, 204);
  }));

test("a login while KV is down does not count as a failed login", () =>
  withWorker({ users: [alice], bindings: { USERS: kvDown } }, async (worker) => {
    await worker.kv.put("down", "yes");
    for (let i = 0; i < MANY; i++) {
      await assertProblem(await logIn(worker, "alice", i % 2 ? RIGHT : "wrong"), 503, "store_unavailable");
    }
    await worker.kv.delete("down");
    await loggedIn(worker, "alice");
  }));

test("a login does not need KV when the user's object has the record", () =>
  withWorker({ users: [alice], bindings: { USERS: kvDown } }, async (worker) => {
    const { token } = await loggedIn(worker, "alice");
    await worker.kv.put("down", "yes");
    await loggedIn(worker, "alice");
    await assertProblem(await logIn(worker, "alice", "wrong"), 401, "credentials_incorrect");
    assert.equal((await changePassword(worker, token, RIGHT, NEW)).status, 204);
    await loggedIn(worker, "alice", NEW);
  }));

test("ten wrong passwords count, even with such requests between them", () =>
  withWorker({ users: [alice], bindings: { USERS: kvDown } }, async (worker) => {
    for (let i = 0; i < 10; i++) {
      await worker.kv.put("down", "yes");
      await assertProblem(await logIn(worker, "alice", "wrong"), 503, "store_unavailable");
      await worker.kv.delete("down");
      await assertProblem(await logIn(worker, "alice", "wrong"), 401, "credentials_incorrect");
    }
    await assertProblem(await logIn(worker, "alice", RIGHT), 429, "too_many_attempts");
  }));
