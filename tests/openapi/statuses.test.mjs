// The Worker really answers with each status that the document promises, as the document describes it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertDocumented, operations } from "../support/openapi.mjs";
import { admin, operatorToken, sendAdmin, userPath } from "../support/admin.mjs";
import { bearer, claimsOf, foreignToken, introspect, loggedIn, post } from "../support/requests.mjs";
import { accounts, kv } from "../support/stores.mjs";
import { PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { INTROSPECTION_SECRET, startWorker } from "../support/worker.mjs";

const CREDENTIALS = { username: "alice", password: PASSWORDS.alice };
const NEW = "a passphrase of several words";
const newUser = (username, password = NEW) => ({ username, password, phone: "+442079460009" });
const refused = 'throw new Error("down");';
// An id in the form of a session id that no session has.
const NOBODYS = `${Buffer.from("alice").toString("base64url")}.${"A".repeat(22)}.1.${"A".repeat(43)}`;

/** Two users claim this number; the user who is created first gets it. */
const TWINS = 900;

const WORKERS = {
  open: {
    users: [alice, bob, user(3, "changer", "bob"), user(TWINS, "twin", "bob")],
    vars: { REGISTRATION: "open", INTROSPECTION_SECRET },
  },
  closed: { users: [alice], vars: { OPERATOR_KEYS: undefined } },
  misconfigured: { vars: { SECRET_KEY: "short", INTROSPECTION_SECRET } },
  broken: {
    bindings: { USERS: kv({ read: refused, write: refused }) },
    vars: { REGISTRATION: "open", INTROSPECTION_SECRET },
  },
  "without objects": { users: [alice], bindings: { ACCOUNTS: accounts(refused) } },
  "full of operators' requests": {
    users: [alice],
    bindings: { ACCOUNTS: accounts("return new Response('\"TooMany\"');") },
  },
  strict: { users: [alice], limiter: { limit: 1, period: 60 }, vars: { REGISTRATION: "open", LOGIN_ATTEMPTS: "1" } },
};
const workers = {};

const get =
  (path, headers = {}) =>
  (worker) =>
    fetch(worker.url + path, { headers });
const send = (path, body, headers) => (worker) => post(worker, path, body, headers);
const withToken = (ask) => async (worker, token) => ask(worker, bearer(token ?? (await foreignToken(worker))));
const own =
  (ask, name = "bob") =>
  async (worker) =>
    ask(worker, bearer((await loggedIn(worker, name, PASSWORDS.bob)).token));

const form =
  (body, secret = INTROSPECTION_SECRET) =>
  (worker) =>
    post(worker, "/introspect", body, { "content-type": "application/x-www-form-urlencoded", ...bearer(secret) });

/** The responses that every route with a JSON body has in common. */
const forBody = (path, body, ask = (asked) => asked) => ({
  400: ["open", ask((worker, headers) => post(worker, path, "{}", headers))],
  413: ["open", ask((worker, headers) => post(worker, path, JSON.stringify(body).padEnd(8193), headers))],
  415: ["open", ask((worker, headers) => post(worker, path, "{}", { ...headers, "content-type": "text/plain" }))],
  500: ["misconfigured", ask((worker, headers) => post(worker, path, body, headers))],
  503: ["broken", ask((worker, headers) => post(worker, path, body, headers))],
});

const CHANGE = { old_password: PASSWORDS.bob, new_password: NEW };
/** The response of a route after an address has sent more requests than it may. */
const throttled = (ask) => async (worker) => {
  for (let round = 0; round < 3; round++) {
    const response = await ask(worker);
    if (response.status === 429) return response;
    await response.body?.cancel();
  }
  return ask(worker);
};

/** The responses that every route for operators has in common, in requests about alice. */
const forOperators = (method, rest = "", body) => {
  const path = rest.startsWith("/admin") ? rest : userPath("alice", rest);
  const ask = (worker) => admin(worker, method, path, body);
  return {
    401: ["open", (worker) => sendAdmin(worker, method, path, body, null)],
    404: ["closed", ask],
    429: ["full of operators' requests", ask],
    500: ["misconfigured", ask],
    503: ["broken", ask],
  };
};
/** The further responses that every route about one user has in common. */
const forOneUser = (method, rest = "", body) => ({
  ...forOperators(method, rest, body),
  400: ["open", (worker) => admin(worker, method, `/admin/users/~!${rest}`, body)],
  404: ["open", (worker) => admin(worker, method, userPath("nobody", rest), body)],
});
/** The further responses of those routes that read a body. */
const forOperatorsBody = (method, path, body) => ({
  400: ["open", (worker) => admin(worker, method, path, "{")],
  413: ["open", (worker) => admin(worker, method, path, JSON.stringify(body).padEnd(8193))],
  415: [
    "open",
    async (worker) => {
      const token = await operatorToken(worker, method, path, body);
      return sendAdmin(worker, method, path, body, token, { "content-type": "text/plain" });
    },
  ],
});
/** A user whose number belongs to another user. */
const twin = (method, rest, body) => async (worker) => {
  const first = await admin(worker, "POST", "/admin/users", { username: "the-first-twin", id: TWINS });
  await first.body?.cancel();
  return admin(worker, method, userPath("twin", rest), body);
};
const created = (worker, username) => admin(worker, "POST", "/admin/users", { username, password: NEW });
const ofNew = (username, ask) => async (worker) => {
  await (await created(worker, username)).body?.cancel();
  return ask(worker);
};
/** Requests with a token of a session; the requests outside `open` use a session that no user has. */
const withSession = (method, path) => async (worker) =>
  fetch(worker.url + path, { method, headers: bearer(await foreignToken(worker, { sid: "A".repeat(22) })) });
const forSessions = (method, path) => ({
  401: ["open", (worker) => fetch(worker.url + path, { method })],
  403: ["open", withToken((worker, headers) => fetch(worker.url + path, { method, headers }))],
  500: ["misconfigured", withSession(method, path)],
  503: ["without objects", withSession(method, path)],
});
const NOBODYS_SESSION = `/sessions/${"A".repeat(22)}`;

const ASKED = {
  "POST /login": {
    ...forBody("/login", CREDENTIALS),
    200: ["open", send("/login", CREDENTIALS)],
    401: ["open", send("/login", { ...CREDENTIALS, password: "wrong" })],
    429: ["strict", throttled(send("/login", CREDENTIALS))],
  },
  "POST /refresh": {
    ...forBody("/refresh", { refresh_token: NOBODYS }),
    503: ["without objects", send("/refresh", { refresh_token: NOBODYS })],
    200: [
      "open",
      async (worker) => post(worker, "/refresh", { refresh_token: (await loggedIn(worker, "alice")).refresh_token }),
    ],
    401: ["open", send("/refresh", { refresh_token: NOBODYS })],
    429: ["strict", throttled(send("/refresh", { refresh_token: NOBODYS }))],
  },
  "POST /logout": {
    204: ["open", own((worker, headers) => fetch(`${worker.url}/logout`, { method: "POST", headers }))],
    401: ["open", (worker) => fetch(`${worker.url}/logout`, { method: "POST" })],
    403: ["open", withToken((worker, headers) => fetch(`${worker.url}/logout`, { method: "POST", headers }))],
    500: ["misconfigured", withToken((worker, headers) => fetch(`${worker.url}/logout`, { method: "POST", headers }))],
    503: ["without objects", withSession("POST", "/logout")],
  },
  "GET /me": {
    200: ["open", withToken((worker, headers) => get("/me", headers)(worker))],
    401: ["open", get("/me")],
    500: ["misconfigured", get("/me")],
    503: ["broken", withToken((worker, headers) => get("/me", headers)(worker))],
  },
  "GET /verify": {
    200: ["open", withToken((worker, headers) => get("/verify", headers)(worker))],
    401: ["open", get("/verify")],
    500: ["misconfigured", get("/verify")],
  },
  "POST /password": {
    ...forBody("/password", { ...CHANGE, old_password: PASSWORDS.alice }, withToken),
    204: ["open", own((worker, headers) => post(worker, "/password", CHANGE, headers), "changer")],
    401: ["open", send("/password", CHANGE)],
    422: ["open", own((worker, headers) => post(worker, "/password", { ...CHANGE, new_password: "short" }, headers))],
    429: ["strict", throttled(withToken((worker, headers) => post(worker, "/password", CHANGE, headers)))],
  },
  "POST /users": {
    ...forBody("/users", newUser("dave")),
    201: ["open", send("/users", newUser("erin"))],
    403: ["closed", send("/users", newUser("erin"))],
    409: ["open", send("/users", newUser("alice"))],
    422: ["open", send("/users", newUser("frank", "short"))],
    429: ["strict", throttled(send("/users", newUser("grace")))],
  },
  "POST /introspect": {
    200: ["open", async (worker) => introspect(worker, (await loggedIn(worker, "alice")).token)],
    400: ["open", form("token_type_hint=access_token")],
    401: ["open", form("token=x", "wrong")],
    403: ["closed", form("token=x")],
    413: ["open", form(`token=${"x".repeat(8192)}`)],
    415: ["open", (worker) => post(worker, "/introspect", { token: "x" }, bearer(INTROSPECTION_SECRET))],
    500: ["misconfigured", form("token=x")],
    503: ["broken", async (worker) => introspect(worker, await foreignToken(worker))],
  },
  "GET /sessions": {
    ...forSessions("GET", "/sessions"),
    200: ["open", own((worker, headers) => fetch(`${worker.url}/sessions`, { headers }))],
  },
  "DELETE /sessions": {
    ...forSessions("DELETE", "/sessions"),
    204: ["open", own((worker, headers) => fetch(`${worker.url}/sessions`, { method: "DELETE", headers }))],
  },
  "DELETE /sessions/{id}": {
    ...forSessions("DELETE", NOBODYS_SESSION),
    204: [
      "open",
      async (worker) => {
        const { token } = await loggedIn(worker, "alice");
        return fetch(`${worker.url}/sessions/${claimsOf(token).sid}`, { method: "DELETE", headers: bearer(token) });
      },
    ],
    404: ["open", own((worker, headers) => fetch(worker.url + NOBODYS_SESSION, { method: "DELETE", headers }))],
  },
  "GET /admin/users": {
    ...forOperators("GET", "/admin/users"),
    200: ["open", (worker) => admin(worker, "GET", "/admin/users")],
    400: ["open", (worker) => admin(worker, "GET", "/admin/users?limit=0")],
  },
  "POST /admin/users": {
    ...forOperators("POST", "/admin/users", newUser("dave")),
    ...forOperatorsBody("POST", "/admin/users", newUser("dave")),
    201: ["open", (worker) => created(worker, "heidi")],
    409: ["open", (worker) => created(worker, "alice")],
    422: ["open", (worker) => admin(worker, "POST", "/admin/users", newUser("ivan", "short"))],
  },
  "GET /admin/users/~{name}": {
    ...forOneUser("GET"),
    200: ["open", own((worker) => admin(worker, "GET", userPath("bob")))],
  },
  "PATCH /admin/users/~{name}": {
    ...forOneUser("PATCH", "", { phone: "1" }),
    ...forOperatorsBody("PATCH", userPath("alice"), { phone: "1" }),
    200: ["open", (worker) => admin(worker, "PATCH", userPath("alice"), { phone: "1" })],
    409: ["open", twin("PATCH", "", { phone: "1" })],
    422: ["open", (worker) => admin(worker, "PATCH", userPath("alice"), { password: "short" })],
  },
  "DELETE /admin/users/~{name}": {
    ...forOneUser("DELETE"),
    204: ["open", ofNew("judy", (worker) => admin(worker, "DELETE", userPath("judy")))],
  },
  "POST /admin/users/~{name}/sign-out": {
    ...forOneUser("POST", "/sign-out"),
    204: ["open", ofNew("kim", (worker) => admin(worker, "POST", userPath("kim", "/sign-out")))],
    409: ["open", twin("POST", "/sign-out")],
  },
  "POST /admin/users/~{name}/rename": {
    ...forOneUser("POST", "/rename", { username: "leonard" }),
    ...forOperatorsBody("POST", userPath("alice", "/rename"), { username: "leonard" }),
    200: ["open", ofNew("leo", (worker) => admin(worker, "POST", userPath("leo", "/rename"), { username: "lea" }))],
    409: ["open", ofNew("mia", (worker) => admin(worker, "POST", userPath("mia", "/rename"), { username: "alice" }))],
  },
  "DELETE /admin/users/~{name}/sessions/{id}": {
    ...forOneUser("DELETE", NOBODYS_SESSION),
    204: [
      "open",
      async (worker) => {
        const { sid } = claimsOf((await loggedIn(worker, "alice")).token);
        return admin(worker, "DELETE", userPath("alice", `/sessions/${sid}`));
      },
    ],
    409: ["open", twin("DELETE", NOBODYS_SESSION)],
  },
  "GET /.well-known/jwks.json": {
    200: ["open", get("/.well-known/jwks.json")],
    500: ["misconfigured", get("/.well-known/jwks.json")],
  },
  "GET /healthz": { 200: ["open", get("/healthz")], 503: ["broken", get("/healthz")] },
  "GET /openapi.json": { 200: ["open", get("/openapi.json")] },
};

describe("the Worker answers with every status that the document promises, and every response is as described", () => {
  before(async () => {
    for (const [name, options] of Object.entries(WORKERS)) workers[name] = await startWorker(options);
  });
  after(() => Promise.all(Object.values(workers).map((worker) => worker.stop())));

  for (const [name, { responses }] of operations) {
    for (const status of Object.keys(responses)) {
      test(`${name} answers ${status}`, async () => {
        const [where, ask] = ASKED[name][status];
        const response = await ask(workers[where]);
        assert.equal(response.status, Number(status), await response.clone().text());
        await assertDocumented(response, name);
        // The Worker does not read the rest of a body that is too long, and closes the connection, so a failure to send is fine.
        if (status === "413") await sleep(50);
      });
    }
  }

  test("POST /introspect answers inactive, and nothing else, for an invalid token, as the document says", async () => {
    await assertDocumented(await introspect(workers.open, "x"), "POST /introspect");
  });
});
