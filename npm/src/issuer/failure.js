// Failures that `verify` returns as values. They are thrown inside the package only.

/** The keys of an issuer cannot be had. `code` is one of the codes of kind "keys". */
export class KeysFailure extends Error {
  constructor(code, message, retryAfter) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The token is rejected. Errors of the module have the same members. */
export class TokenFailure extends Error {
  constructor(code, message, claim) {
    super(message);
    this.code = code;
    this.claim = claim;
  }
}

/** The request has no token, or not exactly one. */
export class RequestFailure extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export const tokenResult = ({ code, message, claim, expiredAt, notBefore }) => ({
  ok: false,
  kind: "token",
  code,
  message,
  ...(claim !== undefined && { claim }),
  ...(expiredAt !== undefined && { expiredAt }),
  ...(notBefore !== undefined && { notBefore }),
});

export const keysResult = ({ code, message, retryAfter }) => ({ ok: false, kind: "keys", code, message, retryAfter });

export const requestResult = ({ code, message }) => ({ ok: false, kind: "request", code, message });
