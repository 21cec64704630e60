import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { UnsecuredJWT } from "jose";
import {
  assertChallenge,
  assertHeaders,
  assertProblem,
  foreignToken,
  getMe,
  logOut,
  loggedIn,
  now,
  refreshed,
} from "../support/requests.mjs";
import { PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { SECRET_KEY, startWorker, withWorker } from "../support/worker.mjs";

const ME = { id: 1, username: "alice", phone: alice.phone };

describe("GET /me", () => {
  let worker, token;
  before(async () => {
    worker = await startWorker({ users: [alice, bob] });
    ({ token } = await loggedIn(worker, "alice"));
  });
  after(() => worker?.stop());

  const bearer = (token) => getMe(worker, `Bearer ${token}`);
  const incorrect = async (response) => {
    const problem = await assertChallenge(response, "token_incorrect", "invalid_token");
    assert.equal(problem.detail, "token incorrect");
  };
  const overdue = async (response) => {
    const problem = await assertChallenge(response, "token_overdue", "invalid_token");
    assert.equal(problem.detail, "token be overdue");
  };

  describe("with a valid token", () => {
    for (const scheme of ["Bearer", "bearer", "BEARER", "JWT", "jwt", "Jwt"]) {
      test(`answers with the user of the token (${scheme})`, async () => {
        const response = await getMe(worker, `${scheme} ${token}`);
        assert.equal(response.status, 200);
        assert.match(response.headers.get("content-type"), /^application\/json(;|$)/);
        assertHeaders(response);
        assert.deepEqual(await response.json(), ME);
      });
    }

    test("answers HEAD with the same status and headers, and no body", async () => {
      const response = await fetch(`${worker.url}/me`, {
        method: "HEAD",
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type"), /^application\/json/);
      assertHeaders(response);
      assert.equal(await response.text(), "");
    });

    test("accepts a token that jose signed with the same secret and claims", async () => {
      const response = await bearer(await foreignToken(worker));
      assert.equal(response.status, 200);
      assert.deepEqual(await response.json(), ME);
    });

    test("does not require jti or iat, which other issuers may leave out", async () => {
      const lean = await foreignToken(worker, { jti: undefined, iat: undefined });
      assert.equal((await bearer(lean)).status, 200);
    });

    test("rejects a token whose typ is not JWT", async () => {
      for (const typ of [undefined, "at+jwt", "operator+jwt", "secevent+jwt"]) {
        const other = await foreignToken(worker, {}, { header: { typ } });
        await assertProblem(await bearer(other), 401, "token_incorrect");
      }
    });

    test("accepts a token that names its user in another spelling", async () => {
      assert.equal((await bearer(await foreignToken(worker, { username: "ＡLICE" }))).status, 200);
    });
  });

  describe("without a token", () => {
    const missing = async (authorization) => {
      await assertChallenge(await getMe(worker, authorization), "token_missing", undefined);
    };
    test("is 401 with a challenge that has no error", () => missing(undefined));
    test("is the same with another scheme", async () => {
      await missing("Basic YWxpY2U6eA==");
      await missing(`Token ${token}`);
      await missing(`Bearerx ${token}`);
    });
    test("is the same when the header contains only the token", () => missing(token));

    test("is 401 when the header contains only the scheme", async () => {
      for (const header of ["Bearer", "JWT", "Bearer "]) assert.equal((await getMe(worker, header)).status, 401);
    });

    test("is the same when the token is anywhere else: query, cookie, another header", async () => {
      for (const name of ["token", "access_token", "jwt", "authorization"]) {
        const response = await fetch(`${worker.url}/me?${name}=${token}`);
        await assertChallenge(response, "token_missing", undefined);
      }
      for (const headers of [
        { cookie: `token=${token}` },
        { "x-access-token": token },
        { "proxy-authorization": `Bearer ${token}` },
      ]) {
        await assertChallenge(await fetch(`${worker.url}/me`, { headers }), "token_missing", undefined);
      }
    });
  });

  describe("with a wrong token", () => {
    const [head, body, signature] = ["header", "payload", "signature"].map((_, i) => () => token.split(".")[i]);
    const flip = (text) => (text[0] === "A" ? "B" : "A") + text.slice(1);
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const cases = {
      garbage: () => "garbage",
      dots: () => "..",
      "many dots": () => ".".repeat(10_000),
      "a long one": () => "a".repeat(20_000),
      "white space in it": () => `${head()} .${body()}.${signature()}`,
      "two tokens": () => `${token} ${token}`,
      "two schemes": () => `Bearer ${token}`,
      "a comma": () => `${token}, Bearer ${token}`,
      "a tampered header": () => `${flip(head())}.${body()}.${signature()}`,
      "a tampered payload": () => `${head()}.${flip(body())}.${signature()}`,
      "a tampered signature": () => `${head()}.${body()}.${flip(signature())}`,
      "a swapped payload": () =>
        `${head()}.${encode({ iss: worker.url, sub: "2", id: 2, username: "bob", exp: now() + 60 })}.${signature()}`,
      "no signature": () => `${head()}.${body()}.`,
      "two parts": () => `${head()}.${body()}`,
      "a padded signature": () => `${token}==`,
      "quotes around it": () => `"${token}"`,
      "alg none": () =>
        new UnsecuredJWT({ id: 1, username: "alice" })
          .setIssuer(worker.url)
          .setSubject("1")
          .setExpirationTime("1h")
          .encode(),
      "alg nOnE": () => `${encode({ alg: "nOnE" })}.${body()}.`,
      "another secret": () => foreignToken(worker, {}, { secret: SECRET_KEY.replace("w", "W") }),
      "another algorithm with the same secret": () => foreignToken(worker, {}, { header: { alg: "HS256" } }),
      "a crit that nobody knows": () => `${encode({ alg: "HS512", crit: ["x"], x: 1 })}.${body()}.${signature()}`,
    };
    for (const [what, make] of Object.entries(cases)) {
      test(`is 401: ${what}`, async () => incorrect(await bearer(await make())));
    }

    test("is 401 for the JWT scheme too", async () => incorrect(await getMe(worker, "JWT garbage")));
  });

  describe("with a token whose signature is right and whose claims are wrong", () => {
    const t = now();
    const cases = {
      "another issuer": { iss: "https://elsewhere.test" },
      "an issuer with a slash more": { iss: "/" },
      "no issuer": { iss: undefined },
      "no expiry": { exp: undefined },
      "an expiry that is a string": { exp: String(t + 600) },
      "an expiry that is null": { exp: null },
      "an expiry beyond all dates": { exp: 1e300 },
      "a beginning in the future": { nbf: t + 600 },
      "an issue in the future": { iat: t + 600 },
      "no subject": { sub: undefined },
      "a subject that is a number": { sub: 1 },
      "no id": { id: undefined },
      "an id that is a string": { id: "1" },
      "an id with a fraction": { id: 1.5 },
      "an id that is not the subject": { id: 2 },
      "a subject that is not the id": { sub: "2" },
      "a subject written oddly": { sub: "01" },
      "another user's number": { id: 2, sub: "2" },
      "another user's name": { username: "bob" },
      "no name": { username: undefined },
      "a name that is a number": { username: 1 },
      "a name that cannot be one": { username: "a\nb" },
      "a user who is not there": { username: "nobody" },
    };
    for (const [what, claims] of Object.entries(cases)) {
      test(`is 401: ${what}`, async () => {
        if (claims.iss === "/") claims.iss = `${worker.url}/`;
        await incorrect(await bearer(await foreignToken(worker, claims)));
      });
    }

    test("is 200 for a correct token of the same user, which shows that the tests' tokens are otherwise correct", async () => {
      assert.equal((await bearer(await foreignToken(worker))).status, 200);
    });
  });

  describe("with an expired token", () => {
    test("says that the token has expired", async () => {
      await overdue(await bearer(await foreignToken(worker, { iat: now() - 600, exp: now() - 1 })));
      await overdue(await getMe(worker, `JWT ${await foreignToken(worker, { iat: 1, exp: 2 })}`));
    });

    test("says so from the second of the expiry on", async () => {
      await overdue(await bearer(await foreignToken(worker, { iat: now() - 600, exp: now() })));
    });

    test("says only that the token is incorrect when anything else is wrong as well", async () => {
      const over = { iat: now() - 600, exp: now() - 1 };
      const secret = SECRET_KEY.replace("w", "W");
      await incorrect(await bearer(await foreignToken(worker, over, { secret })));
      await incorrect(await bearer(await foreignToken(worker, { ...over, iss: "https://elsewhere.test" })));
      await incorrect(await bearer(await foreignToken(worker, { ...over, sub: undefined })));
      await incorrect(await bearer(await foreignToken(worker, over, { header: { alg: "HS256" } })));
    });
  });

  describe("when the user has changed", () => {
    const withUser = async (record, iat = now() - 100) => {
      const { username } = record;
      await worker.kv.put(`user:${username}`, JSON.stringify(record));
      return foreignToken(worker, { id: 7, sub: "7", username, iat });
    };
    const seven = (name, more) => user(7, name, "alice", more);

    test("refuses the token of a removed user", async () => {
      const token = await withUser(seven("removed"));
      assert.equal((await bearer(token)).status, 200);
      await worker.kv.delete("user:removed");
      await incorrect(await bearer(token));
    });

    test("refuses the token of a disabled user", async () => {
      const token = await withUser(seven("disabled"));
      assert.equal((await bearer(token)).status, 200);
      await withUser(seven("disabled", { disabled: true }));
      await incorrect(await bearer(token));
    });

    test("does not show a new user to the token of an earlier user of the same name", async () => {
      const token = await withUser(seven("again"));
      await worker.kv.put("user:again", JSON.stringify(user(8, "again", "alice")));
      await incorrect(await bearer(token));
    });

    test("refuses tokens from before tokens_valid_from and accepts later tokens", async () => {
      const t = now();
      const cases = [
        [0, true],
        [t - 101, true],
        [t - 100, true],
        [t - 99, false],
        [t + 1000, false],
      ];
      for (const [from, stands] of cases) {
        const response = await bearer(await withUser(seven("ended", { tokens_valid_from: from }), t - 100));
        if (stands) assert.equal(response.status, 200, String(from));
        else await incorrect(response);
      }
      const undated = await foreignToken(worker, { id: 7, sub: "7", username: "ended", iat: undefined });
      await withUser(seven("ended", { tokens_valid_from: t - 100 }));
      await incorrect(await bearer(undated));
    });

    test("accepts the token of a login at once after tokens_valid_from", async () => {
      await worker.kv.put("user:back", JSON.stringify(seven("back", { tokens_valid_from: now() })));
      const { token } = await loggedIn(worker, "back", PASSWORDS.alice);
      assert.equal((await bearer(token)).status, 200);
    });

    test("does not show the record of another user under the name", async () => {
      await worker.kv.put("user:swapped", JSON.stringify(bob));
      const response = await bearer(await foreignToken(worker, { id: 2, sub: "2", username: "swapped" }));
      assert.ok(response.status >= 400);
      assert.ok(!(await response.text()).includes(bob.phone));
    });

    test("ignores unknown members of the record and does not show them", async () => {
      const token = await withUser(seven("extra", { note: "internal" }));
      assert.deepEqual(await (await bearer(token)).json(), { id: 7, username: "extra", phone: "+442079460007" });
    });
  });
});

describe("GET /me with configured issuer and audience", () => {
  let worker;
  const vars = { TOKEN_ISSUER: "https://login.example.test", TOKEN_AUDIENCE: "api" };
  before(async () => {
    worker = await startWorker({ users: [alice], vars });
  });
  after(() => worker?.stop());

  const status = async (claims) => {
    const response = await getMe(worker, `Bearer ${await foreignToken(worker, { iss: vars.TOKEN_ISSUER, ...claims })}`);
    if (response.status !== 200) await assertProblem(response.clone(), 401, "token_incorrect");
    return response.status;
  };

  test("accepts a token that names both", async () => {
    assert.equal(await status({ aud: "api" }), 200);
    assert.equal(await status({ aud: ["other", "api"] }), 200);
  });

  test("refuses another audience, a missing audience and a malformed audience", async () => {
    for (const aud of [undefined, "other", "API", "api ", ["other"], [], ["api", 1], "", null, { api: 1 }]) {
      assert.equal(await status({ aud }), 401, JSON.stringify(aud));
    }
  });

  test("refuses the Worker's own origin as the issuer", async () => {
    assert.equal(await status({ aud: "api", iss: worker.url }), 401);
  });
});

test("a user whose phone is missing or null has an empty phone and all other members", () => {
  const { phone: _, ...without } = user(2, "without", "bob");
  return withWorker({ users: [user(1, "null", "alice", { phone: null }), without] }, async (worker) => {
    for (const [id, name, password] of [
      [1, "null", "alice"],
      [2, "without", "bob"],
    ]) {
      const { token, refresh_token } = await loggedIn(worker, name, PASSWORDS[password]);
      const next = await refreshed(worker, refresh_token);
      for (const each of [token, next.token]) {
        assert.deepEqual(await (await getMe(worker, `Bearer ${each}`)).json(), { id, username: name, phone: "" });
      }
      assert.equal((await logOut(worker, token)).status, 204);
      await loggedIn(worker, name, PASSWORDS[password]);
    }
  });
});
