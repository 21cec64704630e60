import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertHeaders, assertProblem, loggedIn } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

describe("the routes", () => {
  let worker, authorization;
  before(async () => {
    worker = await startWorker({ users: [alice] });
    authorization = `Bearer ${(await loggedIn(worker, "alice")).token}`;
  });
  after(() => worker?.stop());

  const ask = (path, method = "GET", headers = {}) => fetch(worker.url + path, { method, headers, redirect: "manual" });

  for (const path of [
    "/nothing",
    "/LOGIN",
    "/Me",
    "/login/",
    "/me/",
    "/me/1",
    "/login.json",
    "/%6de%2f",
    "/healthz/x",
    "/panic",
    "/.env",
    "/user:alice",
  ]) {
    test(`${path} is not found (404)`, async () => {
      await assertProblem(await ask(path, "GET", { authorization }), 404, "not_found");
      await assertProblem(await ask(path, "POST"), 404, "not_found");
    });
  }

  const ALLOWED = {
    "/sessions": ["GET", "HEAD", "DELETE"],
    [`/sessions/${"A".repeat(22)}`]: ["DELETE"],
    ...Object.fromEntries(
      ["/login", "/refresh", "/logout", "/password", "/users", "/introspect"].map((path) => [path, ["POST"]]),
    ),
    ...Object.fromEntries(
      ["/me", "/verify", "/healthz", "/.well-known/jwks.json"].map((path) => [path, ["GET", "HEAD"]]),
    ),
  };
  for (const [path, allowed] of Object.entries(ALLOWED)) {
    // All methods that workerd accepts, not only the common ones.
    const methods = [
      "GET",
      "HEAD",
      "POST",
      "PUT",
      "PATCH",
      "DELETE",
      "OPTIONS",
      "PROPFIND",
      "PURGE",
      "SEARCH",
      "REPORT",
      "QUERY",
    ];
    for (const method of methods.filter((method) => !allowed.includes(method))) {
      test(`${method} ${path} is not allowed (405), and Allow lists the allowed methods`, async () => {
        const response = await ask(path, method, { authorization });
        // workerd itself rejects methods that it does not know, before it asks the Worker.
        if (response.status === 501 && !response.headers.has("x-content-type-options")) return;
        assert.deepEqual(response.headers.get("allow")?.split(/, */).sort(), [...allowed].sort());
        if (method === "HEAD") {
          assert.equal(response.status, 405);
          assertHeaders(response);
        } else {
          await assertProblem(response, 405, "method_not_allowed");
        }
      });
    }
  }

  test("a query does not change the route", async () => {
    assert.equal((await ask("/me?a=/login", "GET", { authorization })).status, 200);
    assert.equal((await ask("/healthz?")).status, 200);
  });

  test("no response of the Worker reveals its software", async () => {
    for (const path of ["/healthz", "/nothing", "/me"]) {
      const headers = [...(await ask(path)).headers.keys()];
      assert.ok(!headers.includes("x-powered-by") && !headers.includes("server"), headers.join());
    }
  });

  test("no response allows another origin to read it", async () => {
    for (const path of ["/me", "/healthz", "/nothing"]) {
      const response = await ask(path, "GET", { origin: "https://elsewhere.test", authorization });
      assert.equal(response.headers.get("access-control-allow-origin"), null);
    }
  });

  describe("GET /healthz", () => {
    test("is 200 without a token when the Worker could serve a login", async () => {
      const response = await ask("/healthz");
      assert.equal(response.status, 200);
      assertHeaders(response);
      assert.match(response.headers.get("content-type"), /^application\/json/);
      assert.ok(!/secret|HS512|alice/i.test(await response.text()));
    });

    test("answers HEAD without a body", async () => {
      const response = await ask("/healthz", "HEAD");
      assert.equal(response.status, 200);
      assert.equal(await response.text(), "");
    });
  });

  describe("the page", () => {
    test("is at / and may not be framed", async () => {
      const response = await ask("/");
      assert.equal(response.status, 200);
      assert.match(response.headers.get("content-type"), /^text\/html/);
      const policy = response.headers.get("content-security-policy") ?? "";
      assert.match(policy, /frame-ancestors 'none'/);
      assert.match(policy, /default-src 'none'|default-src 'self'/);
      assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|\*/);
      assert.equal(response.headers.get("x-content-type-options"), "nosniff");
      assert.match(response.headers.get("strict-transport-security") ?? "", /^max-age=31536000\b/);
      assert.match(await response.text(), /<html[\s\S]*app\.js/);
    });

    for (const [path, type] of [
      ["/app.js", /javascript/],
      ["/style.css", /^text\/css/],
    ]) {
      test(`has ${path}`, async () => {
        const response = await ask(path);
        assert.equal(response.status, 200);
        assert.match(response.headers.get("content-type"), type);
        assert.equal(response.headers.get("x-content-type-options"), "nosniff");
        assert.ok((await response.text()).length > 100);
      });
    }

    for (const path of [
      "/_headers",
      "/missing.js",
      "/index.htm",
      "/../wrangler.toml",
      "/%2e%2e/package.json",
      "/app.ts",
    ]) {
      test(`does not have ${path}: the Worker answers 404`, async () => {
        await assertProblem(await ask(path), 404, "not_found");
      });
    }

    test("refuses POST", async () => {
      assert.ok((await ask("/", "POST")).status >= 400);
    });
  });
});
