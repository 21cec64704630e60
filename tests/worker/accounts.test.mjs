import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, logIn } from "../support/requests.mjs";
import { withWorker } from "../support/worker.mjs";

test("nobody can log in to a Worker with an empty store by any of the usual names and passwords", () =>
  withWorker({ vars: { LOGIN_ATTEMPTS: "100" } }, async (worker) => {
    for (const name of ["admin", "root", "test", "user", "guest", "portcullis", "alice"]) {
      for (const password of ["", "admin", "password", "portcullis", "test", name]) {
        await assertProblem(await logIn(worker, name, password), 401, "credentials_incorrect");
      }
    }
    assert.deepEqual((await worker.kv.list({ prefix: "user:" })).keys, []);
  }));
