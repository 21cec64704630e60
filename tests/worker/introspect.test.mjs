import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  assertChallenge,
  assertHeaders,
  assertProblem,
  bearer,
  claimsOf,
  foreignToken,
  introspect,
  logOut,
  loggedIn,
  now,
  post,
} from "../support/requests.mjs";
import { administered, userPath } from "../support/admin.mjs";
import { PASSWORDS, alice, user } from "../support/users.mjs";
import { INTROSPECTION_SECRET, SECRET_KEY, startWorker, withWorker } from "../support/worker.mjs";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

describe("POST /introspect", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice, user(2, "leaver", "alice")], vars: { INTROSPECTION_SECRET } });
  });
  after(() => worker?.stop());

  const ask = (body, headers = { ...FORM, ...bearer(INTROSPECTION_SECRET) }) =>
    post(worker, "/introspect", body, headers);
  const answer = async (token) => {
    const response = await introspect(worker, token);
    assert.equal(response.status, 200, await response.clone().text());
    assert.match(response.headers.get("content-type"), /^application\/json(;|$)/);
    assertHeaders(response);
    return response.json();
  };
  const inactive = async (token, what) => assert.deepEqual(await answer(token), { active: false }, what);

  test("answers with the claims of a valid token", async () => {
    const { token } = await loggedIn(worker, "alice");
    const { active, ...claims } = await answer(token);
    assert.equal(active, true);
    for (const [name, value] of Object.entries(claimsOf(token))) assert.deepEqual(claims[name], value, name);
  });

  test("answers inactive, and nothing else, for any invalid token", async () => {
    const { token } = await loggedIn(worker, "alice");
    const wrong = {
      garbage: "garbage",
      "a long one": "a".repeat(4000),
      "a tampered one": token.replace(/.$/, (last) => (last === "A" ? "Q" : "A")),
      "one that is over": await foreignToken(worker, { iat: 1, exp: now() - 1 }),
      "another secret's": await foreignToken(worker, {}, { secret: SECRET_KEY.replace("w", "W") }),
      "another issuer's": await foreignToken(worker, { iss: "https://elsewhere.test" }),
      "a user's who is not there": await foreignToken(worker, { username: "nobody" }),
    };
    for (const [what, token] of Object.entries(wrong)) await inactive(token, what);
    assert.equal((await answer(token)).active, true);
  });

  test("answers inactive for a token whose session was logged out or whose user is disabled", async () => {
    const first = await loggedIn(worker, "leaver", PASSWORDS.alice);
    const second = await loggedIn(worker, "leaver", PASSWORDS.alice);
    assert.equal((await logOut(worker, first.token)).status, 204);
    assert.equal((await answer(first.token)).active, false);
    assert.equal((await answer(second.token)).active, true);
    await administered(worker, "PATCH", userPath("leaver"), { disabled: true });
    assert.equal((await answer(second.token)).active, false);
  });

  test("accepts only callers with the secret", async () => {
    const { token } = await loggedIn(worker, "alice");
    await assertChallenge(await introspect(worker, token, null), "token_missing", undefined);
    for (const secret of ["wrong", `${INTROSPECTION_SECRET}x`, INTROSPECTION_SECRET.slice(1), token, SECRET_KEY]) {
      await assertChallenge(await introspect(worker, token, secret), "token_incorrect", "invalid_token");
    }
    const elsewhere = `token=${token}&secret=${INTROSPECTION_SECRET}&access_token=${INTROSPECTION_SECRET}`;
    await assertChallenge(await ask(elsewhere, FORM), "token_missing", undefined);
  });

  test("accepts a form with one token, and ignores a hint and unknown members", async () => {
    const { token } = await loggedIn(worker, "alice");
    for (const body of [`token_type_hint=refresh_token&token=${token}`, `x=1&token=${token}&y`]) {
      assert.equal((await (await ask(body)).json()).active, true, body);
    }
    const charset = {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      ...bearer(INTROSPECTION_SECRET),
    };
    assert.equal((await (await ask(`token=${encodeURIComponent(token)}`, charset)).json()).active, true);
    for (const body of ["", "token_type_hint=access_token", `token=${token}&token=${token}`]) {
      await assertProblem(await ask(body), 400, "request_malformed");
    }
    await assertProblem(await ask({ token }, bearer(INTROSPECTION_SECRET)), 415, "media_type_unsupported");
    await assertProblem(await ask(`token=${"x".repeat(8192)}`), 413, "body_too_large");
    const query = await fetch(`${worker.url}/introspect?token=${token}`, {
      method: "POST",
      headers: { ...FORM, ...bearer(INTROSPECTION_SECRET) },
    });
    await assertProblem(query, 400, "request_malformed");
  });
});

test("POST /introspect is 403 when no secret is configured", () =>
  withWorker({ users: [alice] }, async (worker) => {
    const { token } = await loggedIn(worker, "alice");
    for (const secret of [INTROSPECTION_SECRET, "", SECRET_KEY]) {
      await assertProblem(await introspect(worker, token, secret), 403, "forbidden");
    }
  }));
