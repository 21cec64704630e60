/**
 * Tokens read without a key, and nothing else: a quarter of `portcullis`.
 * What it says is **not verified**: anyone can have written it.
 */
export { decode, expiresAt, inspect, isExpired, secondsLeft, TokenError } from "../index.js";
export type { InspectOptions, Inspection, JoseHeader, JwtClaims, TokenErrorCode } from "../index.js";
