import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertChallenge,
  assertHeaders,
  assertProblem,
  foreignToken,
  getMe,
  getVerify,
  loggedIn,
  now,
} from "../support/requests.mjs";
import { alice, user } from "../support/users.mjs";
import { SECRET_KEY, startWorker } from "../support/worker.mjs";

describe("GET /verify", () => {
  let worker, token, expiresAt;
  before(async () => {
    worker = await startWorker({ users: [alice] });
    ({ token, expires_at: expiresAt } = await loggedIn(worker, "alice"));
  });
  after(() => worker?.stop());

  const bearer = (token) => getVerify(worker, `Bearer ${token}`);

  for (const scheme of ["Bearer", "bearer", "JWT", "jwt"]) {
    test(`answers with the user of a valid token and its expiry (${scheme})`, async () => {
      const response = await getVerify(worker, `${scheme} ${token}`);
      assert.equal(response.status, 200);
      assert.equal(response.headers.get("content-type"), "application/json");
      assertHeaders(response);
      assert.deepEqual(await response.json(), { id: 1, username: "alice", expires_at: expiresAt });
    });
  }

  test("answers HEAD with the same status and headers, and no body", async () => {
    const response = await fetch(`${worker.url}/verify`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${token}` },
    });
    assert.equal(response.status, 200);
    assertHeaders(response);
    assert.equal(await response.text(), "");
  });

  test("rounds an expiry between two seconds down", async () => {
    const exp = now() + 60.75;
    assert.equal((await (await bearer(await foreignToken(worker, { exp }))).json()).expires_at, Math.floor(exp));
  });

  test("answers with the normalized name, also for a name beyond ASCII", async () => {
    for (const [written, name] of [
      ["ALICE", "alice"],
      ["Łucja", "łucja"],
      ["ＡLICE", "alice"],
      ["李", "李"],
    ]) {
      assert.equal((await (await bearer(await foreignToken(worker, { username: written }))).json()).username, name);
    }
  });

  test("reads no record: the user need not exist any more", async () => {
    const absent = await foreignToken(worker, { id: 9, sub: "9", username: "nobody" });
    assert.equal((await bearer(absent)).status, 200);
    assert.equal((await getMe(worker, `Bearer ${absent}`)).status, 401);
  });

  test("refuses with the same response as /me", async () => {
    const over = await foreignToken(worker, { iat: 1, exp: now() - 1 });
    const forged = await foreignToken(worker, {}, { secret: SECRET_KEY.replace("w", "W") });
    const headers = [
      undefined,
      "",
      "Basic eA==",
      "Bearer",
      "Bearer x.y.z",
      `JWT ${over}`,
      `Bearer ${forged}`,
      `Bearer ${token}x`,
    ];
    for (const header of [...headers, `Bearer ${"a".repeat(20_000)}`, `Bearer ${"a".repeat(40_000)}`]) {
      const [mine, reference] = [await getVerify(worker, header), await getMe(worker, header)];
      assert.equal(mine.status, 401, header);
      for (const name of ["content-type", "www-authenticate", "cache-control"]) {
        assert.equal(mine.headers.get(name), reference.headers.get(name), header);
      }
      assert.equal(await mine.text(), await reference.text(), header);
    }
    await assertChallenge(await bearer(over), "token_overdue", "invalid_token");
    await assertChallenge(await bearer(forged), "token_incorrect", "invalid_token");
    await assertChallenge(await getVerify(worker), "token_missing", undefined);
  });

  test("answers the same after a login has grown the WebAssembly memory", async () => {
    for (let round = 0; round < 2; round++) {
      assert.equal((await bearer(token)).status, 200);
      await loggedIn(worker, "alice");
    }
  });

  test("accepts no other method (405)", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
      const response = await fetch(`${worker.url}/verify`, { method, headers: { authorization: `Bearer ${token}` } });
      assert.equal(response.headers.get("allow"), "GET, HEAD");
      await assertProblem(response, 405, "method_not_allowed");
    }
  });

  test("never confuses users, however many requests arrive at once", async () => {
    const names = Array.from({ length: 100 }, (_, i) => `user${i}${"x".repeat(i % 60)}`);
    const tokens = await Promise.all(
      names.map((username, id) => foreignToken(worker, { id, sub: String(id), username })),
    );
    const answers = await Promise.all(tokens.map(async (token) => (await bearer(token)).json()));
    assert.deepEqual(
      answers.map(({ id, username }) => [id, username]),
      names.map((name, id) => [id, name]),
    );
  });

  test("logs each refusal with its reason", async () => {
    await getVerify(worker, "Bearer a.b");
    const line = await worker.logged(
      ({ message }) => message.includes('"route":"verify"') && message.includes("token_malformed"),
    );
    assert.equal(JSON.parse(line.message).status, 401);
  });
});

describe("GET /verify as the first request of an isolate", () => {
  test("is answered, also at another origin", async () => {
    const vars = { TOKEN_ISSUER: "https://login.example.test" };
    const worker = await startWorker({ vars, users: [user(1, "alice", "alice")] });
    try {
      const token = await foreignToken(worker, { iss: vars.TOKEN_ISSUER });
      assert.equal((await getVerify(worker, `Bearer ${token}`)).status, 200);
      const elsewhere = { url: worker.url.replace("127.0.0.1", "localhost") };
      for (const at of [elsewhere, worker, elsewhere])
        assert.equal((await getVerify(at, `Bearer ${token}`)).status, 200);
    } finally {
      await worker.stop();
    }
  });

  test("reports a wrong setting as misconfigured", async () => {
    const worker = await startWorker({ vars: { TOKEN_ALGORITHM: "none" } });
    try {
      for (let round = 0; round < 2; round++)
        await assertProblem(await getVerify(worker, "Bearer x"), 500, "misconfigured");
      await worker.logged(({ message }) => message.includes("TOKEN_ALGORITHM"));
    } finally {
      await worker.stop();
    }
  });
});
