// The data of a session on disk, and how long a session lasts.

import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { assertProblem, bearer, claimsOf, logOut, loggedIn, me, refresh, refreshed } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

test("a session survives a restart of the Worker, and the stored data contains no part of a token", async () => {
  const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
  // The issuer is the origin by default, and after a restart the Worker has another port.
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
    // The clock of the object may show the next second when the Worker answers.
    assert.ok([120, 119].includes(refresh_expires_in), String(refresh_expires_in));
    await worker.clock.ahead(125);
    await assertProblem(await refresh(worker, refresh_token), 401, "token_overdue");
  }));

test("a session expires when it is not refreshed for SESSION_IDLE", () =>
  withWorker({ users: [alice], vars: { SESSION_IDLE: "120" }, clock: true }, async (worker) => {
    let { refresh_token } = await loggedIn(worker, "alice");
    for (const later of [100, 200]) {
      await worker.clock.ahead(later);
      ({ refresh_token } = await refreshed(worker, refresh_token));
    }
    await worker.clock.ahead(325);
    await assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
  }));

for (const [REVOCATION, status] of [
  ["strict", 401],
  ["eventual", 200],
]) {
  test(`after a log-out, /verify answers ${status} with REVOCATION = "${REVOCATION}"`, () =>
    withWorker({ users: [alice], vars: { REVOCATION } }, async (worker) => {
      const { token } = await loggedIn(worker, "alice");
      assert.equal((await logOut(worker, token)).status, 204);
      assert.equal((await fetch(`${worker.url}/verify`, { headers: bearer(token) })).status, status);
    }));
}
