/** Why a token was refused, or a key could not be used. Never holds the token. */
export class TokenError extends Error {
  /** Dates in seconds, NaN where there is none. */
  constructor(message, { code, claim, expiredAt, notBefore }) {
    super(message);
    this.code = code;
    if (!Number.isNaN(expiredAt)) this.expiredAt = new Date(expiredAt * 1000);
    if (!Number.isNaN(notBefore)) this.notBefore = new Date(notBefore * 1000);
    if (claim !== undefined) this.claim = claim;
  }
}
Object.defineProperty(TokenError.prototype, "name", {
  value: "TokenError",
  configurable: true,
  writable: true,
});
