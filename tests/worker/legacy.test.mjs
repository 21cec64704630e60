import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { KNOWN, KNOWN_SALTED, LEGACY_SECRET_KEY, legacyToken } from "../support/legacy.mjs";
import {
  assertChallenge,
  assertProblem,
  claimsOf,
  getMe,
  loggedIn,
  me,
  now,
  refresh,
  refreshed,
} from "../support/requests.mjs";
import { PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { SECRET_KEY, startWorker, withWorker } from "../support/worker.mjs";

const vars = { LEGACY_SECRET_KEY, LEGACY_UNTIL: "2100-01-31" };
const ids = async (worker, users) => {
  for (const { id, username } of users) await worker.kv.put(`id:${id}`, username);
};
const incorrect = async (response) => {
  const { detail } = await assertProblem(response, 401, "token_incorrect");
  assert.equal(detail, "token incorrect");
};

describe("a token of the original", () => {
  let worker;
  before(async () => {
    const users = [
      alice,
      bob,
      user(3, "mallory", "mallory", { disabled: true }),
      user(4, "ended", "alice", { tokens_valid_from: now() }),
    ];
    worker = await startWorker({ users, vars, clock: true });
    await ids(worker, users);
  });
  afterEach(() => worker.clock.ahead(0));
  after(() => worker?.stop());

  test("is accepted at /me, as Bearer and as JWT", async () => {
    for (const scheme of ["Bearer", "JWT"]) {
      const response = await getMe(worker, `${scheme} ${legacyToken()}`);
      assert.equal(response.status, 200, await response.clone().text());
      assert.deepEqual(await response.json(), { id: 1, username: "alice", phone: alice.phone });
    }
    assert.equal((await (await getMe(worker, `JWT ${legacyToken({ id: 2 })}`)).json()).username, "bob");
  });

  test("written by itsdangerous itself is accepted at /me while it is valid, and is overdue later", async () => {
    await worker.clock.ahead(1600000300 - now());
    assert.equal(await me(worker, KNOWN), 200);
    await worker.clock.ahead(1600000601 - now());
    await assertProblem(await getMe(worker, `JWT ${KNOWN}`), 401, "token_overdue");
  });

  test("is answered with 'token be overdue' if it has only expired, and with 'token incorrect' if anything else is wrong", async () => {
    const over = { iat: 1600000000, exp: 1600000600 };
    const problem = await assertChallenge(
      await getMe(worker, `JWT ${legacyToken({ id: 1 }, over)}`),
      "token_overdue",
      "invalid_token",
    );
    assert.equal(problem.detail, "token be overdue");
    await incorrect(await getMe(worker, `JWT ${legacyToken({ id: 1 }, { ...over, secret: "another" })}`));
  });

  test("is refused if it does not have the original's format", async () => {
    const right = legacyToken();
    const [head, payload, mac] = right.split(".");
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const wrong = {
      "another secret": legacyToken({ id: 1 }, { secret: "secret-kez" }),
      "an empty secret": legacyToken({ id: 1 }, { secret: "" }),
      "another algorithm": legacyToken({ id: 1 }, { alg: "HS256" }),
      "a salt": legacyToken({ id: 1 }, { salt: "login" }),
      "another payload": `${head}.${encode({ id: 2 })}.${mac}`,
      "no signature": `${head}.${payload}.`,
      "a padded signature": `${right}==`,
      "alg none": `${encode({ alg: "none", iat: now(), exp: now() + 60 })}.${payload}.`,
      "no expiry": legacyToken({ id: 1 }, { exp: null }),
      "a negative expiry": legacyToken({ id: 1 }, { exp: -1 }),
      "an id that is a string": legacyToken({ id: "1" }),
      "an id with a fraction": legacyToken({ id: 1.5 }),
      "no id": legacyToken({}),
      "a payload that is an array": legacyToken([1]),
      "a payload that is a number": legacyToken(1),
      "a user who is not there": legacyToken({ id: 99 }),
      "a disabled user": legacyToken({ id: 3 }),
      "a user whose tokens were ended": legacyToken({ id: 4 }, { iat: now() - 100 }),
    };
    for (const [what, token] of Object.entries(wrong)) {
      const response = await getMe(worker, `JWT ${token}`);
      assert.equal(response.status, 401, what);
      await incorrect(response);
    }
    assert.equal(await me(worker, right), 200);
  });

  test("is exchanged at /refresh for a new session", async () => {
    const session = await refreshed(worker, legacyToken());
    const { id, sub, username, iss } = claimsOf(session.token);
    assert.deepEqual([id, sub, username, iss], [1, "1", "alice", worker.url]);
    assert.equal(await me(worker, session.token), 200);
    await refreshed(worker, session.refresh_token);
  });

  test("is not exchanged if it has expired or is wrong, or if its user may not log in", async () => {
    await assertProblem(await refresh(worker, KNOWN), 401, "token_overdue");
    for (const token of [
      legacyToken({ id: 1 }, { secret: "another" }),
      legacyToken({ id: 99 }),
      legacyToken({ id: 3 }),
    ]) {
      await incorrect(await refresh(worker, token));
    }
  });

  test("is not accepted when today's format is signed with its secret", async () => {
    const { token } = await loggedIn(worker, "alice");
    assert.equal(JSON.parse(Buffer.from(token.split(".")[0], "base64url")).exp, undefined);
    assert.ok(claimsOf(token).exp > now());
  });
});

test("from LEGACY_UNTIL on, /me and /refresh refuse tokens of the original", async () => {
  for (const LEGACY_UNTIL of ["1600000000", "2020-09-13", "2020-09-13T12:26:40Z"]) {
    await withWorker({ users: [alice], vars: { ...vars, LEGACY_UNTIL } }, async (worker) => {
      await ids(worker, [alice]);
      await incorrect(await getMe(worker, `JWT ${legacyToken()}`));
      await incorrect(await refresh(worker, legacyToken()));
      await loggedIn(worker, "alice");
    });
  }
  await withWorker(
    { users: [alice], vars: { ...vars, LEGACY_UNTIL: String(now() + 1000) }, clock: true },
    async (worker) => {
      await ids(worker, [alice]);
      const token = legacyToken();
      assert.equal(await me(worker, token), 200);
      await worker.clock.ahead(1005);
      await incorrect(await getMe(worker, `JWT ${token}`));
    },
  );
});

test("without LEGACY_SECRET_KEY, the Worker refuses tokens of the original, whatever key signed them", async () => {
  await withWorker({ users: [alice] }, async (worker) => {
    await ids(worker, [alice]);
    for (const secret of [LEGACY_SECRET_KEY, SECRET_KEY])
      await incorrect(await getMe(worker, `JWT ${legacyToken({ id: 1 }, { secret })}`));
  });
});

test("LEGACY_ALGORITHM and LEGACY_SALT accept tokens of an original that used them", async () => {
  await withWorker({ users: [alice], vars: { ...vars, LEGACY_ALGORITHM: "HS256" } }, async (worker) => {
    await ids(worker, [alice]);
    assert.equal(await me(worker, legacyToken({ id: 1 }, { alg: "HS256" })), 200);
    await incorrect(await getMe(worker, `JWT ${legacyToken()}`));
  });
  await withWorker({ users: [alice], vars: { ...vars, LEGACY_SALT: "login" }, clock: true }, async (worker) => {
    await ids(worker, [alice]);
    assert.equal(await me(worker, legacyToken({ id: 1 }, { salt: "login" })), 200);
    await incorrect(await getMe(worker, `JWT ${legacyToken()}`));
    await worker.clock.ahead(1600000300 - now());
    assert.equal(await me(worker, KNOWN_SALTED), 200);
  });
});

test("the Worker finds a user by number even if KV has no id: key for it", () =>
  withWorker({ users: [alice, bob, user(7, "seventh", "alice")], vars }, async (worker) => {
    const response = await getMe(worker, `JWT ${legacyToken({ id: 7 })}`);
    assert.equal(response.status, 200);
    assert.equal((await response.json()).username, "seventh");
    await incorrect(await getMe(worker, `JWT ${legacyToken({ id: 8 })}`));
    await loggedIn(worker, "seventh", PASSWORDS.alice);
  }));
