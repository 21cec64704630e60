// Tokens in the format of itsdangerous' TimedJSONWebSignatureSerializer, which puts the dates into the header.

import { createHash, createHmac } from "node:crypto";
import { now } from "./requests.mjs";

export const LEGACY_SECRET_KEY = "secret-key";

/** A token by itsdangerous itself with LEGACY_SECRET_KEY: HS512, valid for 600 seconds from 1600000000 on, for the user with id 1. */
export const KNOWN =
  "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0." +
  "iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";

/** The same token with the salt "login". */
export const KNOWN_SALTED = KNOWN.replace(
  /[^.]*$/,
  "eqzG2X5HQlE6a0ZM7qJVU9swCffRZfT3DkkrzsB8DiTzqdCTVd-GNKJCshY8bLO43HyaaNqo_e-zcIaCYnvsOw",
);

const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function legacyToken(
  payload = { id: 1 },
  { secret = LEGACY_SECRET_KEY, alg = "HS512", salt, iat = now() - 10, exp = iat + 3600 } = {},
) {
  const key = salt === undefined ? secret : createHash("sha1").update(`${salt}signer${secret}`).digest();
  const signed = `${encode({ alg, iat, exp })}.${encode(payload)}`;
  const mac = createHmac(alg.replace("HS", "sha"), key).update(signed).digest("base64url");
  return `${signed}.${mac}`;
}
