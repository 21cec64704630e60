// Failed logins from one address for many accounts, and from the networks of one customer.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, user } from "../support/users.mjs";
import { from, withWorker } from "../support/worker.mjs";

const users = ["one", "two", "three"].map((name, i) => user(i + 1, name, "alice"));
const SPRAYER = from("203.0.113.7");

describe("failed logins from one address", () => {
  test("for many names are refused after LOGIN_ATTEMPTS_ADDRESS, and do not count for other addresses", () =>
    withWorker({ users, vars: { LOGIN_ATTEMPTS_ADDRESS: "5" }, clock: true }, async (worker) => {
      for (let i = 0; i < 5; i++)
        await assertProblem(await logIn(worker, `nobody-${i}`, "wrong", SPRAYER), 401, "credentials_incorrect");
      const refused = await logIn(worker, "one", PASSWORDS.alice, SPRAYER);
      assert.ok(Number(refused.headers.get("retry-after")) > 0);
      await assertProblem(refused, 429, "too_many_attempts");
      await loggedIn(worker, "one", PASSWORDS.alice, from("203.0.113.8"));
      await worker.clock.ahead(901);
      await loggedIn(worker, "one", PASSWORDS.alice, SPRAYER);
    }));

  test("do not count if the account knows the address", () =>
    withWorker({ users, vars: { LOGIN_ATTEMPTS_ADDRESS: "5" } }, async (worker) => {
      await loggedIn(worker, "one", PASSWORDS.alice, SPRAYER);
      for (let i = 0; i < 5; i++)
        await assertProblem(await logIn(worker, `nobody-${i}`, "wrong", SPRAYER), 401, "credentials_incorrect");
      await assertProblem(await logIn(worker, "two", PASSWORDS.alice, SPRAYER), 429, "too_many_attempts");
      await loggedIn(worker, "one", PASSWORDS.alice, SPRAYER);
    }));

  test("do not count when the login succeeds in the end: many users behind one proxy can log in", () =>
    withWorker({ users, vars: { LOGIN_ATTEMPTS_ADDRESS: "2" } }, async (worker) => {
      for (const { username } of users) await loggedIn(worker, username, PASSWORDS.alice, SPRAYER);
    }));
});

test("failed logins from one customer's /56 and /48 cannot lock the owner out", () =>
  withWorker({ users, vars: { LOGIN_ATTEMPTS: "3", LOGIN_ATTEMPTS_ACCOUNT: "13" } }, async (worker) => {
    const through = async (address) => (await logIn(worker, "one", "wrong", from(address))).status === 401;
    let in56 = 0;
    for (let i = 0; i < 10; i++) in56 += await through(`2001:db8:1:1${i.toString(16)}::1`);
    assert.equal(in56, 6);
    let in48 = in56;
    for (let i = 2; i < 12; i++) in48 += await through(`2001:db8:1:${i.toString(16)}00::1`);
    assert.equal(in48, 12);
    await loggedIn(worker, "one", PASSWORDS.alice, from("2001:db8:2:1::1"));
  }));
