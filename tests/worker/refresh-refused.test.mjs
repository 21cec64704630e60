// A forged refresh token must tell the attacker nothing about the account that it names.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, logIn, refresh } from "../support/requests.mjs";
import { PASSWORDS, alice, bob, mallory } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const madeUp = (name) => `${Buffer.from(name).toString("base64url")}.${"A".repeat(22)}.1.${"A".repeat(43)}`;

test("a forged refresh token gets the same response for every state of the account that it names", () =>
  withWorker({ users: [bob, mallory] }, async (worker) => {
    await worker.kv.put("user:cut", "{cut");
    await worker.kv.put("user:foreign", JSON.stringify(alice));
    const over = { ...alice, username: "over", tokens_valid_from: 4_000_000_000 };
    await worker.kv.put("user:over", JSON.stringify(over));
    const answers = [];
    for (const name of ["nobody", "bob", "mallory", "cut", "foreign", "over"]) {
      const response = await refresh(worker, madeUp(name));
      assert.equal(response.status, 401, name);
      const headers = [...response.headers].filter(([name]) => name !== "date");
      answers.push([name, headers, await assertProblem(response, 401, "token_incorrect")]);
    }
    const [[, ...first], ...others] = answers;
    for (const [name, ...answer] of others) assert.deepEqual(answer, first, name);
    assert.equal((await logIn(worker, "bob", PASSWORDS.bob)).status, 200);
  }));
