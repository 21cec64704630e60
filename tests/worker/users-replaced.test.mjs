// A name that one user had and another has now.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, claimsOf, getMe, logIn, loggedIn, me, refresh, refreshed, signUp } from "../support/requests.mjs";
import { PASSWORDS, user } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const FIRST = "quite a few words, all of them mine";
const SECOND = "other words, and whoever comes next";
/** By when KV alone counts, in seconds. */
const SETTLED = 400;

test("a removed user's refresh token does not open the account of whoever signs up under the name", () =>
  withWorker({ vars: { REGISTRATION: "open" }, clock: true }, async (worker) => {
    const first = await (await signUp(worker, { username: "erin", password: FIRST, phone: "1" })).json();
    const old = await loggedIn(worker, "erin", FIRST);
    await worker.clock.ahead(SETTLED);
    await worker.kv.delete("user:erin");
    await assertProblem(await logIn(worker, "erin", FIRST), 401, "credentials_incorrect");

    const second = await signUp(worker, { username: "erin", password: SECOND, phone: "2" });
    assert.equal(second.status, 201, await second.clone().text());
    const { id } = await second.json();
    assert.notEqual(id, first.id);
    await assertProblem(await refresh(worker, old.refresh_token), 401, "token_incorrect");
    assert.equal(await me(worker, old.token), 401);
    await assertProblem(await logIn(worker, "erin", FIRST), 401, "credentials_incorrect");

    const login = await loggedIn(worker, "erin", SECOND);
    const next = await refreshed(worker, login.refresh_token);
    assert.equal(claimsOf(next.token).id, id);
    assert.equal((await (await getMe(worker, `Bearer ${next.token}`)).json()).phone, "2");
  }));

test("nor of whom the operator has put there", () =>
  withWorker({ users: [user(1, "erin", "alice")] }, async (worker) => {
    const old = await loggedIn(worker, "erin", PASSWORDS.alice);
    await worker.kv.put("user:erin", JSON.stringify(user(2, "erin", "bob")));
    await assertProblem(await refresh(worker, old.refresh_token), 401, "token_incorrect");
    assert.equal(await me(worker, old.token), 401);
    const login = await loggedIn(worker, "erin", PASSWORDS.bob);
    assert.equal(claimsOf((await refreshed(worker, login.refresh_token)).token).id, 2);
    await assertProblem(await refresh(worker, old.refresh_token), 401, "token_incorrect");
  }));
