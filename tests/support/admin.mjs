// Requests that an operator signs. They are made with jose, so that the Worker's own signer does not test itself.

import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { SignJWT, importJWK } from "jose";

/** A key for these tests only. */
export const OPERATOR = {
  kty: "OKP",
  crv: "Ed25519",
  alg: "EdDSA",
  kid: "operator-of-the-tests",
  x: "p0tyaE5zZftQqhom6OQRO20_LJR4AbJsFqF6EWEhABE",
  d: "wTG4wwj4Ripw2yNzMk12vLc9lRqPJ_Kpk1fdfJ1OfBw",
};

/** The key of another operator, which the Worker does not know by default. */
export const STRANGER = {
  ...OPERATOR,
  kid: "stranger",
  x: "hHp0w-Y8HGpTHYMfrT9OMYMlH57CU5J6lKBfGi9Tv34",
  d: "eGu5YEocJp9_MOwfmU4Tbg8okjcSioDkSJV_stga30c",
};

export const publicPart = ({ d, ...key }) => key;

/** The value of the setting for a Worker that accepts these operators. */
export const operatorKeys = (...keys) => JSON.stringify({ keys: keys.map(publicPart) });

/** The path of a user, or of a resource below the user. */
export const userPath = (username, rest = "") => `/admin/users/~${Buffer.from(username).toString("base64url")}${rest}`;

const bytesOf = (body) =>
  Buffer.from(
    body === undefined ? "" : typeof body === "string" || ArrayBuffer.isView(body) ? body : JSON.stringify(body),
  );

/**
 * The token for a request. `claims` and `header` replace members (`undefined` removes one), and
 * `key` the operator's key.
 */
export async function operatorToken(worker, method, path, body, { claims = {}, header = {}, key = OPERATOR } = {}) {
  const now = worker.clock?.now() ?? Math.floor(Date.now() / 1000);
  const { origin, pathname } = new URL(path, worker.url);
  const all = {
    aud: origin,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    htm: method,
    htu: origin + pathname,
    body_sha256: createHash("sha256").update(bytesOf(body)).digest("base64url"),
    ...claims,
  };
  return new SignJWT(JSON.parse(JSON.stringify(all)))
    .setProtectedHeader(JSON.parse(JSON.stringify({ alg: "EdDSA", typ: "operator+jwt", kid: key.kid, ...header })))
    .sign(await importJWK(key, "EdDSA"));
}

/** Sends a request with this token, or without a token if it is null. */
export const sendAdmin = (worker, method, path, body, token, headers = {}) =>
  fetch(worker.url + path, {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: body === undefined ? undefined : bytesOf(body),
  });

/** Sends an operator's request, signed correctly unless `signed` says otherwise; see `operatorToken`. */
export const admin = async (worker, method, path, body, signed) =>
  sendAdmin(worker, method, path, body, await operatorToken(worker, method, path, body, signed));

/** The JSON body of an operator's request that must succeed; null for a response without a body. */
export async function administered(worker, method, path, body) {
  const response = await admin(worker, method, path, body);
  const text = await response.text();
  assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
  return text === "" ? null : JSON.parse(text);
}
