// What is known of a session: of the service's answer, and of what was stored.
import { offsetFrom } from "./clock.js";
import { SessionError } from "./error.js";

// What may stand in the header (RFC 6750 §2.1); else an error about the header would quote the token.
const TOKEN = /^[\w.~+/-]+=*$/;
const isText = (value) => typeof value === "string" && value !== "";
// As a Date can hold it.
const isTime = (value) => Number.isFinite(value) && Math.abs(value) <= 8.64e12;

const isRecord = ({ token, issuedAt, expiresAt, refreshToken, sessionExpiresAt, offset, serial, began }) =>
  isText(token) &&
  TOKEN.test(token) &&
  isText(refreshToken) &&
  [issuedAt, expiresAt, sessionExpiresAt, offset, serial, began].every(isTime) &&
  expiresAt > issuedAt;

/**
 * The record of an answer to `/login` or `/refresh` that took `roundTrip` seconds; `last` is the
 * record before it in the same session.
 * - `issuedAt`, `expiresAt`, `sessionExpiresAt`: by the service's clock.
 * - `offset`: how far that is ahead of this machine's.
 * - `serial`: the higher, the newer. `began`: the same from a login on.
 */
export function recordOf(url, answer, roundTrip, last) {
  const { token, expires_at, expires_in, refresh_token, refresh_expires_in } = answer ?? {};
  const issuedAt = expires_at - expires_in;
  const record = {
    url,
    token,
    issuedAt,
    expiresAt: expires_at,
    refreshToken: refresh_token,
    sessionExpiresAt: issuedAt + refresh_expires_in,
    offset: offsetFrom(issuedAt, roundTrip),
    serial: Math.max(Date.now(), (last?.serial ?? 0) + 1),
    began: last?.began ?? Math.random(),
  };
  if (!isRecord(record))
    throw new SessionError("the service answered something else than a token", "answer_unexpected");
  return record;
}

/** The user of a token, or undefined if the token names none. Not verified: only the service can do that. */
export function userOf(token) {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return Object.hasOwn(claims, "sub") ? claims.sub : undefined;
  } catch {
    return undefined;
  }
}

/** A stored record of a session at `url`, or undefined if the text is none. */
export function storedRecord(text, url) {
  try {
    const record = JSON.parse(text);
    return record.url === url && isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}
