import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, bearer, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const ALLOWED = ["https://app.example.test", "https://other.example.test:8443"];
const ELSEWHERE = [
  "https://elsewhere.test",
  "http://app.example.test",
  "https://app.example.test:444",
  "https://app.example.test.evil.test",
  "https://evil-app.example.test",
  "https://sub.app.example.test",
  "https://app.example.tes",
  "null",
  "*",
];
const ROUTES = {
  "/login": "POST",
  "/refresh": "POST",
  "/logout": "POST",
  "/password": "POST",
  "/users": "POST",
  "/me": "GET",
  "/verify": "GET",
  "/sessions": "DELETE",
  [`/sessions/${"A".repeat(22)}`]: "DELETE",
};

describe("a page of another origin", () => {
  let worker, token;
  before(async () => {
    worker = await startWorker({ users: [alice], vars: { CORS_ORIGINS: ALLOWED.join(", "), REGISTRATION: "open" } });
    ({ token } = await loggedIn(worker, "alice"));
  });
  after(() => worker?.stop());

  const preflight = (path, origin, method) =>
    fetch(worker.url + path, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": method,
        "access-control-request-headers": "authorization,content-type",
      },
    });
  const list = (response, name) => (response.headers.get(name) ?? "").toLowerCase().split(/, */);
  const named = (response) => response.headers.get("access-control-allow-origin");
  const noCredentials = (response) => assert.equal(response.headers.get("access-control-allow-credentials"), null);

  for (const [path, method] of Object.entries(ROUTES)) {
    test(`that is allowed may request ${path}: its preflight is answered`, async () => {
      for (const origin of ALLOWED) {
        const response = await preflight(path, origin, method);
        assert.equal(response.status, 204);
        assert.equal(await response.text(), "");
        assert.equal(named(response), origin);
        assert.ok(list(response, "access-control-allow-methods").includes(method.toLowerCase()));
        for (const header of ["authorization", "content-type"])
          assert.ok(list(response, "access-control-allow-headers").includes(header));
        assert.ok(list(response, "vary").includes("origin"));
        assert.equal(response.headers.get("x-content-type-options"), "nosniff");
        noCredentials(response);
      }
    });

    test(`that is not allowed may not request ${path}: its preflight is a method that is not allowed`, async () => {
      for (const origin of ELSEWHERE) {
        const response = await preflight(path, origin, method);
        assert.equal(named(response), null, origin);
        await assertProblem(response, 405, "method_not_allowed");
      }
    });
  }

  const asked = {
    "a login": (origin) => login(origin, PASSWORDS.alice),
    "a login that is refused": (origin) => login(origin, "wrong"),
    "/me": (origin) => fetch(`${worker.url}/me`, { headers: { origin, ...bearer(token) } }),
    "/me without a token": (origin) => fetch(`${worker.url}/me`, { headers: { origin } }),
    "/verify": (origin) => fetch(`${worker.url}/verify`, { headers: { origin, ...bearer(token) } }),
  };
  const login = (origin, password) =>
    fetch(`${worker.url}/login`, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: JSON.stringify({ username: "alice", password }),
    });

  for (const [what, ask] of Object.entries(asked)) {
    test(`can read the response if it is allowed, and only then: ${what}`, async () => {
      for (const origin of ALLOWED) {
        const response = await ask(origin);
        await response.text();
        assert.equal(named(response), origin);
        assert.ok(list(response, "vary").includes("origin"));
        noCredentials(response);
      }
      for (const origin of ELSEWHERE.slice(0, 4)) {
        const response = await ask(origin);
        await response.text();
        assert.equal(named(response), null, origin);
        assert.ok(list(response, "vary").includes("origin"), "so that no cache mixes the two up");
      }
    });
  }
});
