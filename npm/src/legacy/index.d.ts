import type { JoseHeader } from "../index.js";

export { TokenError } from "../index.js";
export type { JoseHeader, TokenErrorCode } from "../index.js";

export interface LegacyOptions {
  /** The serializer's `algorithm_name`. Default: `HS512`, as in itsdangerous. */
  algorithm?: "HS256" | "HS384" | "HS512";
  /** The serializer's `salt`. Default: none, as in itsdangerous. An empty salt differs from none. */
  salt?: string | Uint8Array;
  /** The time for the check, in seconds since the epoch. Default: the clock. */
  now?: number;
}

/**
 * Verifies a token of itsdangerous' `TimedJSONWebSignatureSerializer`, which Flask applications used. The payload
 * is any JSON value. The dates are in the header. A token is still valid in the second of its `exp`, and expires
 * after that second.
 *
 * A secret has any length except zero. With several secrets, the token may match any of them; the newest is last,
 * as in itsdangerous.
 * The codes correspond to the two errors of the original: `token_expired`, which is thrown only if nothing else is
 * wrong, to 'token be overdue', and every other code to 'token incorrect'.
 * @throws {TokenError} `token_expired`, `token_malformed`, `token_algorithm_not_allowed`, `token_signature_invalid`,
 * `token_claim_invalid`, `key_invalid`
 * @example
 * const { payload } = verifyLegacy(token, process.env.SECRET_KEY, { algorithm: "HS512" });
 */
export function verifyLegacy<P = unknown>(
  token: string,
  secret: string | Uint8Array | readonly (string | Uint8Array)[],
  options?: LegacyOptions,
): { header: JoseHeader; payload: P };
