// Requests to the Worker, and assertions for each kind of response.

import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { PASSWORDS } from "./users.mjs";
import { INTROSPECTION_SECRET, SECRET_KEY } from "./worker.mjs";

/** Sends a `POST`. An object is sent as JSON; any other body is sent unchanged. */
export const post = (worker, path, body, headers = {}) =>
  fetch(worker.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" || ArrayBuffer.isView(body) ? body : JSON.stringify(body),
  });

export const postLogin = (worker, body, headers) => post(worker, "/login", body, headers);
export const logIn = (worker, username, password, headers) => postLogin(worker, { username, password }, headers);
export const refresh = (worker, refresh_token, headers) => post(worker, "/refresh", { refresh_token }, headers);
export const signUp = (worker, user, headers) => post(worker, "/users", user, headers);

/** The value of an `Authorization` header. */
export const bearer = (token) => ({ authorization: `Bearer ${token}` });

export const logOut = (worker, token) => fetch(`${worker.url}/logout`, { method: "POST", headers: bearer(token) });
export const changePassword = (worker, token, old_password, new_password, headers = {}) =>
  post(worker, "/password", { old_password, new_password }, { ...bearer(token), ...headers });

/** Logs in and returns the response; the login must succeed. */
export async function loggedIn(worker, username, password = PASSWORDS[username], headers = {}) {
  const response = await logIn(worker, username, password, headers);
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

/** Refreshes and returns the response; the refresh must succeed. */
export async function refreshed(worker, refreshToken) {
  const response = await refresh(worker, refreshToken);
  assert.equal(response.status, 200, await response.clone().text());
  return response.json();
}

/** `GET /me`, with `authorization` as the value of that header unless it is undefined. */
export const getMe = (worker, authorization) =>
  fetch(`${worker.url}/me`, { headers: authorization === undefined ? {} : { authorization } });

/** `GET /verify`, with the same parameters. */
export const getVerify = (worker, authorization) =>
  fetch(`${worker.url}/verify`, { headers: authorization === undefined ? {} : { authorization } });
/** The status of `GET /me` with a token. */
export async function me(worker, token) {
  const response = await getMe(worker, `Bearer ${token}`);
  await response.body?.cancel();
  return response.status;
}

/** `POST /introspect` (RFC 7662) about a token. */
export const introspect = (worker, token, secret = INTROSPECTION_SECRET) =>
  fetch(`${worker.url}/introspect`, {
    method: "POST",
    headers: secret === null ? {} : bearer(secret),
    body: new URLSearchParams({ token }),
  });

export const claimsOf = (token) => JSON.parse(Buffer.from(token.split(".")[1], "base64url"));

export const now = () => Math.floor(Date.now() / 1000);

/**
 * A token that another service signed with the Worker's secret: the contract's claims and `username`
 * for the user with id 1. `claims` replaces claims (`undefined` removes a claim).
 */
export async function foreignToken(worker, claims = {}, { secret = SECRET_KEY, header = {} } = {}) {
  const all = {
    iss: worker.url,
    sub: "1",
    iat: now(),
    exp: now() + 600,
    jti: "made-by-jose-1234567890",
    id: 1,
    username: "alice",
    ...claims,
  };
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader({ alg: "HS512", typ: "JWT", ...header })
    .sign(Buffer.from(secret));
}

/** Asserts the headers that every response of the Worker has. */
export function assertHeaders(response) {
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(response.headers.get("cache-control"), "no-store");
}

/** Asserts a problem (RFC 9457) with this status and code, and returns it. */
export async function assertProblem(response, status, code) {
  const text = await response.text();
  assert.equal(response.status, status, text);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assertHeaders(response);
  const problem = JSON.parse(text);
  assert.deepEqual(Object.keys(problem).sort(), ["code", "detail", "status", "title", "type"]);
  assert.equal(problem.code, code, text);
  assert.equal(problem.status, status);
  assert.ok(URL.canParse(problem.type), `type is a URI: ${problem.type}`);
  for (const member of ["title", "detail"]) {
    assert.equal(typeof problem[member], "string");
    assert.notEqual(problem[member], "");
  }
  return problem;
}

/** Asserts a 401 with a problem, and this `error` or no error in its challenge (RFC 6750 §3). */
export async function assertChallenge(response, code, error) {
  const problem = await assertProblem(response, 401, code);
  const challenge = response.headers.get("www-authenticate") ?? "";
  assert.match(challenge, /^Bearer\b/);
  if (error === undefined) {
    assert.doesNotMatch(challenge, /error/);
  } else {
    assert.match(challenge, new RegExp(`error="${error}"`));
    assert.match(challenge, /error_description="[^"\\]+"/);
  }
  return problem;
}
