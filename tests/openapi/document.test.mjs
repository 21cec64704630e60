// The document is valid, and has the served routes, each with its methods.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { specValidator } from "../../scripts/lib/python.mjs";
import { document, documentPath, examplePath, operations, resolve } from "../support/openapi.mjs";
import { startWorker } from "../support/worker.mjs";

const ROUTES = [
  "POST /login",
  "POST /refresh",
  "POST /logout",
  "GET /me",
  "GET /verify",
  "POST /password",
  "POST /users",
  "POST /introspect",
  "GET /sessions",
  "DELETE /sessions",
  "DELETE /sessions/{id}",
  "GET /admin/users",
  "POST /admin/users",
  "GET /admin/users/~{name}",
  "PATCH /admin/users/~{name}",
  "DELETE /admin/users/~{name}",
  "POST /admin/users/~{name}/sign-out",
  "POST /admin/users/~{name}/rename",
  "DELETE /admin/users/~{name}/sessions/{id}",
  "GET /.well-known/jwks.json",
  "GET /healthz",
  "GET /openapi.json",
];

const skip = specValidator() ? false : "openapi-spec-validator is not installed";

test("the document is valid OpenAPI 3.1", { skip }, () => {
  assert.match(document.openapi, /^3\.1\./);
  execFileSync(specValidator(), ["--schema", "3.1", fileURLToPath(documentPath)], { stdio: "pipe" });
});

test("the document has the routes of the contract and no others", () => {
  assert.deepEqual(operations.map(([name]) => name).sort(), [...ROUTES].sort());
});

test("each operation names its authentication, and each response has its headers", () => {
  const ids = new Set();
  for (const [name, operation] of operations) {
    ids.add(operation.operationId);
    assert.ok(Array.isArray(operation.security) && operation.summary, name);
    for (const [status, node] of Object.entries(operation.responses)) {
      assert.ok(resolve(node).headers["X-Content-Type-Options"], `${name} ${status}`);
      if (status === "401") assert.ok(resolve(node).headers["WWW-Authenticate"], name);
      if (status === "429") assert.ok(resolve(node).headers["Retry-After"], name);
    }
  }
  assert.equal(ids.size, operations.length);
});

test("a request in JSON is one closed object", () => {
  for (const [name, { requestBody }] of operations) {
    const json = requestBody?.content["application/json"];
    if (json) assert.equal(resolve(json.schema).additionalProperties, false, name);
  }
});

test("the document has the codes of its responses and those of an unknown route or method", () => {
  const used = new Set(["not_found", "method_not_allowed"]);
  for (const { content } of Object.values(document.components.responses)) {
    for (const code of content["application/problem+json"].schema.allOf[1].properties.code.enum) used.add(code);
  }
  assert.deepEqual([...used].sort(), [...document.components.schemas.Problem.properties.code.enum].sort());
});

describe("the document, as it is served", () => {
  let worker;
  before(async () => {
    worker = await startWorker();
  });
  after(() => worker?.stop());

  test("is at /openapi.json, for anyone", async () => {
    const response = await fetch(`${worker.url}/openapi.json`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type"), /^application\/json(;|$)/);
    assert.equal(await response.text(), readFileSync(documentPath, "utf8"));
  });

  for (const path of Object.keys(document.paths).filter((path) => path !== "/openapi.json")) {
    test(`has the allowed methods of ${path}`, async () => {
      const response = await fetch(worker.url + examplePath(path), { method: "PUT" });
      await response.body?.cancel();
      assert.equal(response.status, 405);
      const methods = Object.keys(document.paths[path]).map((method) => method.toUpperCase());
      const allowed = methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method]));
      assert.deepEqual(response.headers.get("allow").split(/, */).sort(), allowed.sort());
    });
  }
});
