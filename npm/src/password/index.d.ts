/**
 * Hashes and checks passwords. New hashes are argon2id as PHC strings; hashes of werkzeug, which Flask applications
 * wrote, can be checked too. The exact characters of a password count: nothing is trimmed, cut or normalized.
 *
 * Every call is synchronous. A hash takes tens of milliseconds on purpose, and blocks the thread meanwhile.
 */

export type PasswordErrorCode =
  /** The stored string is not a supported hash, or its cost is above the limits of `verifyPassword`. */
  | "hash_not_usable"
  /** The password is longer than 1024 bytes of UTF-8. */
  | "password_too_long"
  /** The password has a lone surrogate, which has no UTF-8. */
  | "password_malformed"
  /** The runtime gives no memory for the hash. */
  | "memory_exhausted";

/**
 * Says why a password or its hash is not usable. It never contains the password or the hash.
 * @example
 * if (error instanceof PasswordError && error.code === "hash_not_usable") console.error("a stored hash is not usable");
 */
export class PasswordError extends Error {
  private constructor();
  readonly name: "PasswordError";
  readonly code: PasswordErrorCode;
}

/**
 * Hashes a password with a new random salt: argon2id with 19 MiB, two passes and one lane. The PHC string has
 * 97 characters; use a database column of 255.
 * @throws {PasswordError} `password_too_long`, `password_malformed`, `memory_exhausted`
 * @example
 * user.hash = hashPassword(password); // $argon2id$v=19$m=19456,t=2,p=1$…
 */
export function hashPassword(password: string): string;

/**
 * Returns whether the password matches the hash: argon2id as a PHC string of at most 64 MiB, 8 passes and 4 lanes,
 * or any hash that a version of werkzeug wrote, except `plain`, which is the password itself. An unusable hash is
 * an error, not a wrong password: nobody can ever log in with it, so report it.
 * @throws {PasswordError} every code
 * @example
 * if (verifyPassword(password, user.hash)) {
 *   if (needsRehash(user.hash)) user.hash = hashPassword(password);
 * }
 */
export function verifyPassword(password: string, hash: string): boolean;

/**
 * Returns whether to replace the hash with a new one at the next login, when the password is known. True for every
 * hash of werkzeug, and for an argon2id hash that costs less than a new one.
 * @throws {PasswordError} `hash_not_usable`
 * @example
 * if (needsRehash(user.hash)) user.hash = hashPassword(password);
 */
export function needsRehash(hash: string): boolean;
