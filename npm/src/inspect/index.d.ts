/**
 * Reads tokens without a key. It is a quarter of the size of `portcullis`.
 * The results are **not verified**: anyone can have written the token.
 * @example
 * import { inspect } from "portcullis/inspect";
 * const { claims, status, secondsLeft } = inspect(token);
 */
export { decode, expiresAt, inspect, isExpired, secondsLeft, TokenError } from "../index.js";
export type { InspectOptions, Inspection, JoseHeader, JwtClaims, TokenErrorCode } from "../index.js";
