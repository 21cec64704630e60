import type { JoseHeader } from "../index.js";

export { TokenError } from "../index.js";
export type { JoseHeader, TokenErrorCode } from "../index.js";

export interface LegacyOptions {
  /** The serializer's `algorithm_name`; `HS512` by default, as there. */
  algorithm?: "HS256" | "HS384" | "HS512";
  /** The serializer's `salt`; none by default, as there. An empty one is not the same. */
  salt?: string | Uint8Array;
  /** The time to judge by in seconds since the epoch; the clock's by default. */
  now?: number;
}

/**
 * Verifies a token of itsdangerous' `TimedJSONWebSignatureSerializer`, which
 * Flask applications used. The payload is any JSON value; the dates stand in
 * the header, and a token is valid to the end of its last second.
 *
 * A secret may be of any length but zero. Of several all verify; the newest
 * stands last, as in itsdangerous.
 * @throws {TokenError} `token_expired` only when nothing else is wrong: what
 * the original meant by 'token be overdue'. Any other code is 'token incorrect'.
 */
export function verifyLegacy<P = unknown>(
  token: string,
  secret: string | Uint8Array | readonly (string | Uint8Array)[],
  options?: LegacyOptions,
): { header: JoseHeader; payload: P };
