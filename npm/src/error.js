import * as wasm from "../wasm/portcullis.js";

const date = (seconds) => new Date(seconds * 1000);

/** Why a token was refused, or a key could not be used. Never holds the token. */
export class TokenError extends Error {
  constructor({ code, message, expiredAt, notBefore, claim }) {
    super(message);
    this.code = code;
    if (expiredAt !== undefined) this.expiredAt = date(expiredAt);
    if (notBefore !== undefined) this.notBefore = date(notBefore);
    if (claim !== undefined) this.claim = claim;
  }
}
Object.defineProperty(TokenError.prototype, "name", {
  value: "TokenError",
  configurable: true,
  writable: true,
});

/** The error for what the module threw or kept. */
export function errorFrom(failure) {
  if (failure instanceof Error) return failure;
  if (failure?.code === undefined) return new TypeError(failure?.message ?? "the call failed");
  return new TokenError(failure);
}

/** Throws why the last call failed. */
export function fail() {
  throw errorFrom(wasm.failure());
}
