// The record of a session, made from an answer of the service or from the stored text.
import { offsetFrom } from "./clock.js";
import { SessionError } from "./error.js";

// The characters that the header allows (RFC 6750 §2.1). With others, the runtime's error would quote the token.
const TOKEN = /^[\w.~+/-]+=*$/;
const isText = (value) => typeof value === "string" && value !== "";
// The range of a Date, in seconds.
const isTime = (value) => Number.isFinite(value) && Math.abs(value) <= 8.64e12;

const isRecord = ({ token, issuedAt, expiresAt, refreshToken, sessionExpiresAt, offset, serial, began }) =>
  isText(token) &&
  TOKEN.test(token) &&
  isText(refreshToken) &&
  [issuedAt, expiresAt, sessionExpiresAt, offset, serial, began].every(isTime) &&
  expiresAt > issuedAt;

/**
 * Makes the record of an answer to `/login` or `/refresh` that took `roundTrip` seconds. `last` is the previous
 * record of the same session.
 * - `issuedAt`, `expiresAt`, `sessionExpiresAt`: seconds since the epoch by the service's clock.
 * - `offset`: how many seconds the service's clock is ahead of this machine's.
 * - `serial`: a newer record has a higher number. `began`: a number that stays the same from a login on.
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

/** The user of a token, or undefined if the token names no user. Not verified: only the service can verify it. */
export function userOf(token) {
  try {
    const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return Object.hasOwn(claims, "sub") ? claims.sub : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a stored record of a session at `url`. Returns undefined if the text is not such a record. */
export function storedRecord(text, url) {
  try {
    const record = JSON.parse(text);
    return record.url === url && isRecord(record) ? record : undefined;
  } catch {
    return undefined;
  }
}
