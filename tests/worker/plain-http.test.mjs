// Plain HTTP from other machines, and the HTTPS headers for browsers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem } from "../support/requests.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const HSTS = "strict-transport-security";
const body = JSON.stringify({ username: "alice", password: PASSWORDS.alice });
const login = { method: "POST", headers: { "content-type": "application/json" }, body };

/** A request for each path through the Worker: a response at once, a read of KV, a request to an object, and an unknown route. */
const REQUESTS = {
  "/login": login,
  "/refresh": { method: "POST", headers: { "content-type": "application/json" }, body: "{}" },
  "/me": {},
  "/verify": {},
  "/healthz": {},
  "/.well-known/jwks.json": {},
  "/nothing": {},
};

const OTHERS = [
  "http://login.example.test",
  "http://login.example.test:8080",
  "http://192.168.0.1",
  "http://127.evil.test",
  "http://localhost.evil.test",
  "http://[::2]",
  "http://128.0.0.1",
  "http://[::ffff:127.0.0.1]",
];
const LOCAL = [
  "http://localhost",
  "http://localhost:8787",
  "http://127.0.0.1:8787",
  "http://127.255.0.1",
  "http://[::1]",
  "http://[::1]:8787",
  "https://login.example.test",
  "https://192.168.0.1:8443",
];

describe("a Worker", () => {
  let worker;
  before(async () => (worker = await startWorker({ users: [alice] })));
  after(() => worker?.stop());
  const at = (origin, path, init) => worker.mf.dispatchFetch(origin + path, init);
  const tokenOf = async (origin) => (await (await at(origin, "/login", login)).json()).token;

  for (const origin of OTHERS) {
    test(`refuses plain HTTP at ${origin} on each route, with the same response each time`, async () => {
      const { token } = await (await at("https://login.example.test", "/login", login)).json();
      for (const [path, init] of [...Object.entries(REQUESTS), ...Object.entries(REQUESTS)]) {
        const headers = { ...init.headers, ...(init.body ? {} : { authorization: `Bearer ${token}` }) };
        const problem = await assertProblem(await at(origin, path, { ...init, headers }), 403, "forbidden");
        assert.match(problem.detail, /use https/, path);
      }
    });
  }

  for (const origin of LOCAL) {
    test(`serves ${origin}`, async () => {
      const token = await tokenOf(origin);
      for (const path of ["/me", "/verify"]) {
        const response = await at(origin, path, { headers: { authorization: `Bearer ${token}` } });
        assert.equal(response.status, 200, await response.text());
      }
    });
  }

  test("logs that a request used plain HTTP", async () => {
    await (await at("http://other.example.test", "/me")).body?.cancel();
    const line = await worker.logged(({ message }) => message.includes('"plain_http"') && message.includes('"me"'));
    const { route, status, outcome, reason } = JSON.parse(line.message);
    assert.deepEqual([route, status, outcome, reason], ["me", 403, "forbidden", "plain_http"]);
  });

  test("tells browsers to use HTTPS only for its own host", async () => {
    for (const [path, init] of Object.entries(REQUESTS)) {
      const response = await at("https://login.example.test", path, init);
      await response.body?.cancel();
      assert.equal(response.headers.get(HSTS), "max-age=31536000", path);
    }
  });
});

test("with ALLOW_HTTP on, the Worker serves plain HTTP, for example behind a proxy", async () => {
  const worker = await startWorker({ users: [alice], vars: { ALLOW_HTTP: "on" } });
  try {
    const at = (path, init) => worker.mf.dispatchFetch(`http://login.example.test${path}`, init);
    const { token } = await (await at("/login", login)).json();
    for (const path of ["/me", "/verify", "/me", "/healthz"]) {
      const response = await at(path, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(response.status, 200, await response.text());
    }
    await assertProblem(await at("/nothing"), 404, "not_found");
  } finally {
    await worker.stop();
  }
});

test("with HSTS_INCLUDE_SUBDOMAINS on, every response includes the subdomains", async () => {
  const worker = await startWorker({ users: [alice], vars: { HSTS_INCLUDE_SUBDOMAINS: "on" } });
  try {
    for (const path of ["/nothing", "/me", "/healthz", "/.well-known/jwks.json", "/me"]) {
      const response = await fetch(worker.url + path);
      await response.body?.cancel();
      assert.equal(response.headers.get(HSTS), "max-age=31536000; includeSubDomains", path);
    }
  } finally {
    await worker.stop();
  }
});
