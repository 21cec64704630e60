// Sessions that the operator ends, and what is left of one on disk.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { assertProblem, claimsOf, logOut, loggedIn, me, now, refresh, refreshed } from "../support/requests.mjs";
import { kvStale } from "../support/stores.mjs";
import { PASSWORDS, alice, user } from "../support/users.mjs";
import { becomes } from "../support/wait.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";

describe("a session ends", () => {
  let worker;
  const named = (username, more) => user(9, username, "alice", more);
  before(async () => {
    worker = await startWorker({ clock: true });
  });
  afterEach(() => worker.clock.ahead(0));
  after(() => worker?.stop());

  const put = (record) => worker.kv.put(`user:${record.username}`, JSON.stringify(record));
  const begun = async (name) => {
    await put(named(name));
    return loggedIn(worker, name, PASSWORDS.alice);
  };
  const over = async ({ token, refresh_token }) => {
    assert.equal(await me(worker, token), 401);
    await assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
  };

  test("with tokens_valid_from, both its tokens; and a login after that begins another", async () => {
    const login = await begun("ended");
    await put(named("ended", { tokens_valid_from: now() + 2 }));
    await worker.clock.ahead(3);
    await over(login);
    const again = await loggedIn(worker, "ended", PASSWORDS.alice);
    assert.equal(await me(worker, again.token), 200);
    await refreshed(worker, again.refresh_token);
  });

  test("when its user is disabled", async () => {
    const login = await begun("disabled");
    await put(named("disabled", { disabled: true }));
    await over(login);
  });

  test("when its user is removed", async () => {
    const login = await begun("removed");
    await worker.kv.delete("user:removed");
    await over(login);
  });

  test("when another user has its user's name", async () => {
    const login = await begun("replaced");
    await put({ ...named("replaced"), id: 10 });
    assert.equal(await me(worker, login.token), 401);
  });
});

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("a session goes on when the Worker has started anew, and at rest nothing of a token is there", async () => {
  const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
  // The issuer is the origin by default, and the next start has another port.
  const vars = { TOKEN_ISSUER: "https://login.example.test" };
  try {
    const tokens = await withWorker({ users: [alice], persist, vars }, async (worker) => {
      const login = await loggedIn(worker, "alice");
      return [login, await refreshed(worker, login.refresh_token)];
    });
    const rest = Buffer.concat(filesUnder(persist).map((path) => readFileSync(path))).toString("latin1");
    assert.ok(rest.includes(claimsOf(tokens[0].token).sid), "the session is kept in these files");
    for (const { token, refresh_token } of tokens) {
      assert.ok(!rest.includes(refresh_token) && !rest.includes(token));
      const secrets = [refresh_token.split(".")[3], token.split(".")[2]];
      for (const secret of secrets) {
        assert.ok(!rest.includes(secret));
        assert.ok(!rest.includes(Buffer.from(secret, "base64url").toString("latin1")));
        assert.ok(!rest.includes(Buffer.from(secret, "base64url").toString("hex")));
      }
    }
    await withWorker({ persist, vars }, async (worker) => {
      assert.equal(await me(worker, tokens[1].token), 200);
      await refreshed(worker, tokens[1].refresh_token);
    });
  } finally {
    rmSync(persist, { recursive: true });
  }
});

test("a session lasts as long as REFRESH_EXPIRATION says", () =>
  withWorker({ users: [alice], vars: { REFRESH_EXPIRATION: "120" }, clock: true }, async (worker) => {
    const { refresh_token, refresh_expires_in } = await loggedIn(worker, "alice");
    assert.equal(refresh_expires_in, 120);
    await worker.clock.ahead(125);
    await assertProblem(await refresh(worker, refresh_token), 401, "token_overdue");
  }));

test("what was refreshed where KV did not show tokens_valid_from yet is over where it does", () =>
  withWorker({ users: [alice], clock: true, bindings: { USERS: kvStale } }, async (worker) => {
    const login = await loggedIn(worker, "alice");
    await worker.clock.ahead(10);
    await worker.kv.put("stale:user:alice", JSON.stringify(alice));
    await worker.kv.put("user:alice", JSON.stringify({ ...alice, tokens_valid_from: worker.clock.now() }));
    await worker.clock.ahead(50);
    const next = await refreshed(worker, login.refresh_token);
    await worker.kv.delete("stale:user:alice");
    for (const seconds of [50, 3000]) {
      await worker.clock.ahead(seconds);
      for (const { token } of [login, next]) assert.equal(await me(worker, token), 401, `${seconds} s later`);
      await assertProblem(await refresh(worker, next.refresh_token), 401, "token_incorrect");
    }
    const again = await loggedIn(worker, "alice");
    assert.equal(await me(worker, again.token), 200);
    await refreshed(worker, again.refresh_token);
  }));

test("with the 65th log-out all sessions end, and the next login works at once", () =>
  withWorker({ users: [alice] }, async (worker) => {
    const bystander = await loggedIn(worker, "alice");
    for (let i = 0; i < 64; i++) {
      const { token } = await loggedIn(worker, "alice");
      assert.equal((await logOut(worker, token)).status, 204);
    }
    assert.equal(await me(worker, bystander.token), 200, "which 64 do not");
    const last = await loggedIn(worker, "alice");
    assert.equal((await logOut(worker, last.token)).status, 204);
    const next = await loggedIn(worker, "alice");
    assert.equal(await me(worker, next.token), 200);
    assert.equal(await me(worker, (await refreshed(worker, next.refresh_token)).token), 200);
    assert.equal((await logOut(worker, next.token)).status, 204);
    await becomes(401, () => me(worker, next.token));
    for (const { token } of [bystander, last]) assert.equal(await me(worker, token), 401);
    await assertProblem(await refresh(worker, bystander.refresh_token), 401, "token_incorrect");
  }));
