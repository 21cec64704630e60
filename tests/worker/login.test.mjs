import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { assertHeaders, getMe, logIn, loggedIn, now, postLogin } from "../support/requests.mjs";
import { HASHES, PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { SECRET_KEY, startWorker } from "../support/worker.mjs";

const verify = (token, worker, options = {}) =>
  jwtVerify(token, Buffer.from(SECRET_KEY), { issuer: worker.url, algorithms: ["HS512"], ...options });

describe("a login", () => {
  let worker;
  before(async () => {
    const made = ["sameCost", "otherCost", "defaults"].map((name, i) => user(i + 10, name.toLowerCase(), name));
    worker = await startWorker({
      users: [alice, bob, ...made, user(0, "zero", "alice"), user(2 ** 53 - 1, "most", "alice")],
    });
  });
  after(() => worker?.stop());

  test("answers with the members of the contract and no others", async () => {
    const since = now();
    const response = await logIn(worker, "alice", PASSWORDS.alice);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^application\/json(;|$)/);
    assertHeaders(response);
    const answer = await response.json();
    assert.deepEqual(Object.keys(answer).sort(), [
      "expires_at",
      "expires_in",
      "refresh_expires_in",
      "refresh_token",
      "token",
      "token_type",
    ]);
    assert.equal(answer.token_type, "Bearer");
    assert.equal(answer.expires_in, 3600);
    assert.ok(answer.expires_at >= since + 3600 && answer.expires_at <= now() + 3600);
  });

  test("gives a token with the contract's claims, which jose verifies", async () => {
    const since = now();
    const answer = await loggedIn(worker, "alice");
    const { payload, protectedHeader } = await verify(answer.token, worker);
    assert.equal(protectedHeader.alg, "HS512");
    assert.equal(payload.iss, worker.url);
    assert.equal(payload.sub, "1");
    assert.equal(payload.id, 1);
    assert.equal(payload.username, "alice");
    assert.ok(Number.isInteger(payload.iat) && payload.iat >= since && payload.iat <= now());
    assert.equal(payload.exp, payload.iat + answer.expires_in);
    assert.equal(payload.exp, answer.expires_at);
    assert.equal(payload.aud, undefined);
    assert.deepEqual(Object.keys(payload).sort(), [
      "auth_time",
      "exp",
      "iat",
      "id",
      "iss",
      "jti",
      "sid",
      "sub",
      "username",
      "ver",
    ]);
  });

  test("puts only id and name of the record into the token", async () => {
    const { token } = await loggedIn(worker, "alice");
    const parts = token
      .split(".")
      .slice(0, 2)
      .map((part) => Buffer.from(part, "base64url").toString());
    for (const secret of [alice.phone, HASHES.alice, "argon2", PASSWORDS.alice]) {
      assert.ok(!parts.join().includes(secret));
    }
  });

  test("gives each token its own id of at least 128 random bits", async () => {
    const ids = new Set();
    for (let i = 0; i < 5; i++) {
      const { payload } = await verify((await loggedIn(worker, "alice")).token, worker);
      assert.match(payload.jti, /^[\w-]+$/);
      assert.ok(Buffer.from(payload.jti, "base64url").length >= 16, payload.jti);
      ids.add(payload.jti);
    }
    assert.equal(ids.size, 5);
  });

  test("gives a token that /me accepts, as Bearer and as JWT", async () => {
    const { token, token_type } = await loggedIn(worker, "bob");
    for (const scheme of [token_type, "JWT"]) {
      const me = await getMe(worker, `${scheme} ${token}`);
      assert.equal(me.status, 200);
      assert.deepEqual(await me.json(), { id: 2, username: "bob", phone: bob.phone });
    }
  });

  test("works with hashes of argon2-cffi at our cost, at another cost and at its default cost", async () => {
    for (const name of ["sameCost", "otherCost", "defaults"]) {
      await loggedIn(worker, name.toLowerCase(), PASSWORDS[name]);
      assert.equal((await logIn(worker, name.toLowerCase(), `${PASSWORDS[name]}.`)).status, 401);
    }
  });

  test("writes ids at the ends of their range exactly", async () => {
    for (const [name, id] of [
      ["zero", 0],
      ["most", 2 ** 53 - 1],
    ]) {
      const { token } = await loggedIn(worker, name, PASSWORDS.alice);
      const { payload } = await verify(token, worker);
      assert.equal(payload.id, id);
      assert.equal(payload.sub, String(id));
      assert.equal((await (await getMe(worker, `Bearer ${token}`)).json()).id, id);
    }
  });

  test("accepts the members in any order and in any form of JSON", async () => {
    const body = ` {\n\t"password" : "${PASSWORDS.alice.replaceAll("o", "\\u006f")}" , "\\u0075sername":"alice" }\r\n`;
    assert.equal((await postLogin(worker, body)).status, 200);
  });

  test("does not read credentials from the query string", async () => {
    const query = new URLSearchParams({ username: "alice", password: PASSWORDS.alice });
    const response = await fetch(`${worker.url}/login?${query}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    assert.equal(response.status, 400);
  });

  test("ignores a query, an Authorization header and a cookie", async () => {
    const response = await fetch(`${worker.url}/login?next=/me`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Bearer x.y.z", cookie: "a=b" },
      body: JSON.stringify({ username: "alice", password: PASSWORDS.alice }),
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get("set-cookie"), null);
  });
});

test("the issuer is the requested origin when a Worker has several origins", async () => {
  const worker = await startWorker({ users: [alice] });
  try {
    const at = (origin, path, init) => worker.mf.dispatchFetch(origin + path, init);
    const init = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: "alice", password: PASSWORDS.alice }),
    };
    const origins = ["https://a.example.test", "https://b.example.test:8443", "https://a.example.test"];
    for (const origin of origins) {
      const { token } = await (await at(origin, "/login?x=https://c.test/", init)).json();
      await verify(token, worker, { issuer: origin });
      for (const other of new Set(origins)) {
        const { status, body } = await at(other, "/me", { headers: { authorization: `Bearer ${token}` } });
        await body?.cancel();
        assert.equal(status, origin === other ? 200 : 401, `${origin} ${other}`);
      }
    }
  } finally {
    await worker.stop();
  }
});

for (const [alg, least] of [
  ["HS256", 32],
  ["HS384", 48],
  ["HS512", 64],
]) {
  test(`with TOKEN_ALGORITHM ${alg} and a secret of exactly ${least} bytes, jose verifies the token`, async () => {
    const secret = "é".repeat(least / 2);
    const worker = await startWorker({ users: [alice], vars: { TOKEN_ALGORITHM: alg, SECRET_KEY: secret } });
    try {
      const { token } = await loggedIn(worker, "alice");
      assert.equal(decodeProtectedHeader(token).alg, alg);
      await jwtVerify(token, Buffer.from(secret), { algorithms: [alg], issuer: worker.url });
      assert.equal((await getMe(worker, `Bearer ${token}`)).status, 200);
    } finally {
      await worker.stop();
    }
  });
}

test("issuer, audience and lifetime are as configured", async () => {
  const vars = {
    TOKEN_ISSUER: "https://login.example.test",
    TOKEN_AUDIENCE: "https://api.example.test",
    TOKEN_EXPIRATION: "60",
  };
  const worker = await startWorker({ users: [alice], vars });
  try {
    const { token, expires_in } = await loggedIn(worker, "alice");
    assert.equal(expires_in, 60);
    const { payload } = await verify(token, worker, { issuer: vars.TOKEN_ISSUER, audience: vars.TOKEN_AUDIENCE });
    assert.equal(payload.aud, vars.TOKEN_AUDIENCE);
    assert.equal(payload.exp - payload.iat, 60);
    assert.equal((await getMe(worker, `Bearer ${token}`)).status, 200);
  } finally {
    await worker.stop();
  }
});

test("without settings except the secret: HS512, 3600 seconds, the Worker's own origin, no audience", async () => {
  const worker = await startWorker({
    users: [alice],
    vars: { TOKEN_ALGORITHM: undefined, TOKEN_EXPIRATION: undefined },
  });
  try {
    const { token, expires_in } = await loggedIn(worker, "alice");
    const { payload, protectedHeader } = await verify(token, worker);
    assert.equal(expires_in, 3600);
    assert.equal(protectedHeader.alg, "HS512");
    assert.equal(payload.iss, worker.url);
    assert.equal(payload.aud, undefined);
  } finally {
    await worker.stop();
  }
});
