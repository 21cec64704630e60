import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertChallenge,
  assertHeaders,
  assertProblem,
  bearer,
  changePassword,
  logIn,
  logOut,
  loggedIn,
  me,
  post,
  refresh,
  refreshed,
} from "../support/requests.mjs";
import { kvStale } from "../support/stores.mjs";
import { PASSWORDS, user } from "../support/users.mjs";
import { becomes, eventually } from "../support/wait.mjs";
import { from, startWorker, withWorker } from "../support/worker.mjs";

const OLD = PASSWORDS.alice;
const NEW = "a new one, of several words";
// Each test has an account of its own; all accounts have the same password.
const NAMES = ["changes", "ends", "wrong", "guessed", "weak", "malformed", "twice", "extra"];

describe("POST /password", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: NAMES.map((name, i) => user(i + 1, name, "alice", { note: `kept ${i}` })) });
  });
  after(() => worker?.stop());

  const begun = (name) => loggedIn(worker, name, OLD);
  const refused = async (name, password) =>
    assertProblem(await logIn(worker, name, password), 401, "credentials_incorrect");

  test("is 204, and then the new password works and the old password does not", async () => {
    const { token } = await begun("changes");
    const response = await changePassword(worker, token, OLD, NEW);
    assert.equal(response.status, 204, await response.clone().text());
    assertHeaders(response);
    assert.equal(await response.text(), "");
    await refused("changes", OLD);
    await loggedIn(worker, "changes", NEW);
  });

  test("ends all other sessions at once and keeps this session", async () => {
    const [own, ...others] = [await begun("ends"), await begun("ends"), await begun("ends")];
    const { status } = await changePassword(worker, own.token, OLD, NEW);
    assert.equal(status, 204);
    for (const { token, refresh_token } of others) {
      await assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
      await becomes(401, () => me(worker, token));
    }
    assert.equal(await me(worker, own.token), 200);
    const next = await refreshed(worker, own.refresh_token);
    assert.equal(await me(worker, next.token), 200);
  });

  test("requires the old password, and changes nothing without it", async () => {
    const { token } = await begun("wrong");
    await assertChallenge(await changePassword(worker, token, "not it", NEW), "credentials_incorrect", undefined);
    await refused("wrong", NEW);
    await loggedIn(worker, "wrong", OLD);
  });

  test("counts a wrong old password as a failed login: ten from one address, then 429", async () => {
    const address = from("198.51.100.1");
    const { token } = await begun("guessed");
    for (let i = 0; i < 10; i++) {
      await assertProblem(
        await changePassword(worker, token, `guess ${i}`, NEW, address),
        401,
        "credentials_incorrect",
      );
    }
    const response = await changePassword(worker, token, OLD, NEW, address);
    assert.match(response.headers.get("retry-after"), /^[1-9]\d*$/);
    await assertProblem(response, 429, "too_many_attempts");
    assert.equal((await logIn(worker, "guessed", OLD, address)).status, 429);
    assert.equal((await changePassword(worker, token, OLD, NEW, from("198.51.100.2"))).status, 204);
  });

  test("is 422 for a password that is too short or common, and changes nothing", async () => {
    const { token } = await begun("weak");
    for (const weak of ["short", "fourteen chars", "é".repeat(14)]) {
      await assertProblem(await changePassword(worker, token, OLD, weak), 422, "password_unacceptable");
    }
    await loggedIn(worker, "weak", OLD);
  });

  test("requires a token, and one JSON object with the two passwords", async () => {
    const { token } = await begun("malformed");
    await assertChallenge(
      await post(worker, "/password", { old_password: OLD, new_password: NEW }),
      "token_missing",
      undefined,
    );
    await assertChallenge(await changePassword(worker, "x.y.z", OLD, NEW), "token_incorrect", "invalid_token");
    const both = { old_password: OLD, new_password: NEW };
    const wrong = [
      "",
      "{}",
      { old_password: OLD },
      { new_password: NEW },
      { ...both, username: "ends" },
      { ...both, new_password: 1 },
    ];
    wrong.push({ ...both, old_password: "x".repeat(1025) });
    const tooLong = await post(worker, "/password", { ...both, new_password: "x7".repeat(513) }, bearer(token));
    assert.ok([400, 422].includes(tooLong.status), String(tooLong.status));
    for (const body of wrong)
      await assertProblem(await post(worker, "/password", body, bearer(token)), 400, "request_malformed");
    await loggedIn(worker, "malformed", OLD);
  });

  test("succeeds once when two requests arrive at once with the same old password", async () => {
    const sessions = [await begun("twice"), await begun("twice")];
    const answers = await Promise.all(
      sessions.map(({ token }, i) => changePassword(worker, token, OLD, `${NEW} ${i}`)),
    );
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual([...statuses].sort(), [204, 401]);
    await loggedIn(worker, "twice", `${NEW} ${statuses.indexOf(204)}`);
    await refused("twice", `${NEW} ${statuses.indexOf(401)}`);
  });

  test("keeps the other members of the record", async () => {
    const { token } = await begun("extra");
    assert.equal((await changePassword(worker, token, OLD, NEW)).status, 204);
    const hash = user(1, "extra", "alice").hash_password;
    const record = await eventually(async () => {
      const record = JSON.parse(await worker.kv.get("user:extra"));
      return record.hash_password !== hash && record;
    }, "the new hash is in KV");
    const { id, note, phone, username } = record;
    assert.deepEqual([id, note, phone, username], [8, "kept 7", "+442079460008", "extra"]);
    assert.match(record.hash_password, /^\$argon2id\$/);
  });
});

test("a changed password takes effect at once, even while KV shows the old record", () =>
  withWorker({ users: [user(1, "stale", "alice")], bindings: { USERS: kvStale } }, async (worker) => {
    await worker.kv.put("stale:user:stale", await worker.kv.get("user:stale"));
    const { token } = await loggedIn(worker, "stale", OLD);
    assert.equal((await changePassword(worker, token, OLD, NEW)).status, 204);
    await assertProblem(await logIn(worker, "stale", OLD), 401, "credentials_incorrect");
    const { refresh_token } = await loggedIn(worker, "stale", NEW);
    await refreshed(worker, refresh_token);
  }));

test("a change ends the access tokens that other sessions got in the same second, also those of a repeated refresh", () => {
  // The change and the refresh may fall into different seconds, so the test repeats them a few times.
  const names = ["first", "second", "third"];
  const users = names.map((name, i) => user(i + 1, name, "alice"));
  return withWorker({ users, clock: true }, async (worker) => {
    for (const name of names) {
      await worker.clock.ahead(0);
      const [own, other] = [await loggedIn(worker, name, OLD), await loggedIn(worker, name, OLD)];
      const first = await refreshed(worker, other.refresh_token);
      await worker.clock.ahead(20);
      const [again, late] = [await refreshed(worker, other.refresh_token), await loggedIn(worker, name, OLD)];
      assert.equal(again.refresh_token, first.refresh_token);
      assert.equal((await changePassword(worker, own.token, OLD, NEW)).status, 204);
      for (const { token, refresh_token } of [again, late]) {
        await becomes(401, () => me(worker, token));
        await assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
      }
      assert.equal(await me(worker, own.token), 200);
      const next = await loggedIn(worker, name, NEW);
      assert.equal(await me(worker, next.token), 200);
      await refreshed(worker, next.refresh_token);
    }
  });
});

test("a session that was logged out changes no password, even while KV still shows the session", () =>
  withWorker({ users: [user(1, "stale", "alice")], bindings: { USERS: kvStale } }, async (worker) => {
    const [ended, other] = [await loggedIn(worker, "stale", OLD), await loggedIn(worker, "stale", OLD)];
    await worker.kv.put("stale:user:stale", await worker.kv.get("user:stale"));
    assert.equal((await logOut(worker, ended.token)).status, 204);
    await assertChallenge(await changePassword(worker, ended.token, OLD, NEW), "token_incorrect", "invalid_token");
    await assertProblem(await logIn(worker, "stale", NEW), 401, "credentials_incorrect");
    await loggedIn(worker, "stale", OLD);
    await worker.kv.delete("stale:user:stale");
    assert.equal(await me(worker, ended.token), 401);
    assert.equal(await me(worker, other.token), 200, "and no other session is ended by it");
  }));
