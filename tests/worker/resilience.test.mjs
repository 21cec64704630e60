import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { getMe, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

describe("the Worker", () => {
  test("serves the next request after a panic, logins too", async () => {
    const worker = await startWorker({ build: "target/worker-panics/build", users: [alice] });
    try {
      const { token } = await loggedIn(worker, "alice");
      for (let round = 0; round < 3; round++) {
        const response = await fetch(`${worker.url}/panic`);
        assert.equal(response.status, 500);
        assert.doesNotMatch(await response.text(), /a test asked for it|panicked at|\.rs\b/);
        assert.equal((await getMe(worker, `Bearer ${token}`)).status, 200);
        await loggedIn(worker, "alice");
        assert.equal((await logIn(worker, "alice", "wrong")).status, 401);
      }
    } finally {
      await worker.stop();
    }
  });

  test("never mixes users up, however many ask at once", async () => {
    const names = ["spaces", "long", "composed"];
    const users = [alice, bob, ...names.map((name, i) => user(i + 30, name, name))];
    // Each login counts as failed until it has succeeded, and many are under way at once.
    const worker = await startWorker({ users, vars: { LOGIN_ATTEMPTS: "100" } });
    try {
      const tokens = new Map();
      for (const { username } of users) tokens.set(username, (await loggedIn(worker, username)).token);

      const me = async (token, { id, username, phone }) => {
        const response = await getMe(worker, `Bearer ${token}`);
        assert.equal(response.status, 200);
        assert.deepEqual(await response.json(), { id, username, phone });
      };
      const right = async (user) => {
        const { token } = await loggedIn(worker, user.username);
        const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
        assert.deepEqual([claims.id, claims.sub, claims.username], [user.id, String(user.id), user.username]);
        return claims.jti;
      };
      const crossed = async (user, other) => {
        assert.equal((await logIn(worker, user.username, PASSWORDS[other.username])).status, 401);
      };

      const requests = Array.from({ length: 200 }, (_, i) => {
        const user = users[i % users.length];
        if (i % 7 === 0) return right(user);
        if (i % 11 === 0) return crossed(user, users[(i + 1) % users.length]);
        return me(tokens.get(user.username), user);
      });
      const ids = (await Promise.all(requests)).filter((id) => id !== undefined);
      assert.ok(ids.length > 20);
      assert.equal(new Set(ids).size, ids.length);
    } finally {
      await worker.stop();
    }
  });

  test("keeps answering when its hashes are large ones, one after the other and at once", async () => {
    const worker = await startWorker({ users: [user(1, "defaults", "defaults")] });
    try {
      for (let round = 0; round < 2; round++) await loggedIn(worker, "defaults");
      await Promise.all(Array.from({ length: 4 }, () => loggedIn(worker, "defaults")));
    } finally {
      await worker.stop();
    }
  });
});
