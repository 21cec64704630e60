/**
 * Passwords and their hashes: argon2id as PHC strings, which is what is
 * written, and those of werkzeug, which Flask applications wrote and which are
 * read. A password's exact characters count: nothing is trimmed, cut or
 * normalized.
 *
 * All of it is synchronous, and meant to take its time: some tens of
 * milliseconds a hash.
 */

export type PasswordErrorCode =
  /** The stored string is not a hash that is known here, or asks for more than is ever run. */
  | "hash_not_usable"
  /** Longer than 1024 bytes of UTF-8. */
  | "password_too_long"
  /** With a lone surrogate, which has no UTF-8. */
  | "password_malformed"
  /** The runtime gives no memory for the hash. */
  | "memory_exhausted";

/** Why a password or its hash could not be used. Never holds either. */
export class PasswordError extends Error {
  private constructor();
  readonly name: "PasswordError";
  readonly code: PasswordErrorCode;
}

/**
 * Hashes a password with a new random salt: argon2id, 19 MiB, two passes, one
 * lane. The PHC string has 97 characters; give a column 255.
 * @throws {PasswordError} `password_too_long`, `password_malformed`, `memory_exhausted`
 */
export function hashPassword(password: string): string;

/**
 * Whether the password is the one that was hashed: argon2id as a PHC string of
 * at most 64 MiB, 8 passes and 4 lanes, or any hash that a version of werkzeug
 * wrote (`plain` is none: it is the password itself). A stored string that is no
 * such hash is an error and not a wrong password: nobody could ever log in with
 * it, and somebody should know.
 * @throws {PasswordError} each code
 */
export function verifyPassword(password: string, hash: string): boolean;

/**
 * Whether a new hash should take this one's place once the password is known:
 * for all of werkzeug's, and an argon2id that costs less than a new one.
 * @throws {PasswordError} `hash_not_usable`
 */
export function needsRehash(hash: string): boolean;
