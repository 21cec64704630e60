// The dates of a token that is not verified, with the same rules as src/token/inspect.rs. JavaScript reads a date as a
// double, so digits beyond a tenth of a microsecond are lost, which the core rounds.
import { TokenError } from "../error.js";
import { member } from "./read.js";

// In seconds before and after the epoch, the range of `Date`.
const LATEST = 8.64e12;

function date(object, claim) {
  const value = member(object, claim);
  if (value === undefined) return undefined;
  if (typeof value === "number" && Math.abs(value) <= LATEST) return value;
  const message = `the claim "${claim}" is not a number of seconds since the epoch`;
  throw new TokenError(message, { code: "token_claim_invalid", claim, expiredAt: NaN, notBefore: NaN });
}

/** Returns the token's dates in seconds since the epoch, undefined if absent, and whether they are in the header. */
export function datesOf({ header, claims }) {
  let expiresAt = date(claims, "exp");
  const notBefore = date(claims, "nbf");
  let issuedAt = date(claims, "iat");
  // itsdangerous writes the dates into the header. Dates in the claims take precedence.
  const legacy = expiresAt === undefined && Object.hasOwn(header, "exp");
  if (legacy) {
    expiresAt = date(header, "exp");
    const inHeader = date(header, "iat");
    issuedAt ??= inHeader;
  }
  return { expiresAt, notBefore, issuedAt, legacy };
}

/** Seconds until the expiry: negative after it, infinite without one. Rounded to microseconds. */
export function secondsUntil({ expiresAt, legacy }, now) {
  if (expiresAt === undefined) return Infinity;
  const left = Math.round((expiresAt - now) * 1e6) / 1e6;
  // A token of itsdangerous is still valid in the second of its expiry.
  return legacy && Math.floor(expiresAt) === Math.floor(now) ? Math.max(left, 0) : left;
}

/** How the dates relate to `now`. `leeway` is in seconds. */
export function statusAt({ expiresAt, notBefore, legacy }, now, leeway) {
  if (expiresAt !== undefined) {
    const end = expiresAt + leeway;
    // itsdangerous compares whole seconds.
    if (legacy ? Math.floor(end) < Math.floor(now) : end <= now) return "expired";
  }
  if (notBefore !== undefined && notBefore > now + leeway) return "not-yet-valid";
  return expiresAt === undefined ? "never-expires" : "current";
}
