// Headers that every response has, and headers that no response has: on each route, for accepted and refused requests.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { bearer, introspect, logIn, loggedIn, post, refresh, signUp } from "../support/requests.mjs";
import { PASSWORDS, alice, bob } from "../support/users.mjs";
import { INTROSPECTION_SECRET, startWorker } from "../support/worker.mjs";

const PASSWORD = "quite a few words, all of them mine";

describe("every response", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice, bob], vars: { REGISTRATION: "open", INTROSPECTION_SECRET } });
  });
  after(() => worker?.stop());

  const withToken = async (path, init = {}) => {
    const { token } = await loggedIn(worker, "bob");
    return fetch(worker.url + path, { ...init, headers: { ...init.headers, ...bearer(token) } });
  };
  const asked = {
    "a login": [200, () => logIn(worker, "alice", PASSWORDS.alice)],
    "a login that is refused": [401, () => logIn(worker, "alice", "wrong")],
    "a login that is malformed": [400, () => post(worker, "/login", "{}")],
    "a refresh": [200, async () => refresh(worker, (await loggedIn(worker, "alice")).refresh_token)],
    "a refresh that is refused": [401, () => refresh(worker, "x")],
    "a log-out": [204, () => withToken("/logout", { method: "POST" })],
    "/me": [200, () => withToken("/me")],
    "/me without a token": [401, () => fetch(`${worker.url}/me`)],
    "/verify": [200, () => withToken("/verify")],
    "/verify without a token": [401, () => fetch(`${worker.url}/verify`)],
    "a sign-up": [201, () => signUp(worker, { username: "erin", password: PASSWORD, phone: "" })],
    "a sign-up that is refused": [409, () => signUp(worker, { username: "alice", password: PASSWORD, phone: "" })],
    "an introspection": [200, async () => introspect(worker, (await loggedIn(worker, "alice")).token)],
    "/healthz": [200, () => fetch(`${worker.url}/healthz`)],
    "a path that is none": [404, () => fetch(`${worker.url}/nothing`)],
    "a method that is not allowed": [405, () => fetch(`${worker.url}/login`)],
  };

  for (const [what, [status, ask]] of Object.entries(asked)) {
    test(`has nosniff and no-store and sets no cookie: ${what}`, async () => {
      const response = await ask();
      assert.equal(response.status, status, await response.clone().text());
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      assert.equal(response.headers.get("cache-control"), "no-store");
      assert.match(response.headers.get("strict-transport-security") ?? "", /^max-age=31536000\b/);
      for (const name of ["set-cookie", "server", "x-powered-by", "access-control-allow-origin"]) {
        assert.equal(response.headers.get(name), null, name);
      }
    });
  }

  test("has nosniff; only the public keys may be cached", async () => {
    const response = await fetch(`${worker.url}/.well-known/jwks.json`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("cache-control"), /^public, max-age=[1-9]\d*/);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("set-cookie"), null);
  });

  test("is the same with a cookie, because the Worker reads no token from a cookie", async () => {
    const { token } = await loggedIn(worker, "alice");
    for (const cookie of [`token=${token}`, `session=${token}; Authorization=Bearer ${token}`]) {
      for (const path of ["/me", "/verify"]) {
        assert.equal((await fetch(worker.url + path, { headers: { cookie } })).status, 401);
      }
    }
  });
});
