/**
 * Makes `type` an error of this package, known as such to `instanceof` in each copy of it: `import`
 * and `require` load one each, and a bundle may hold another.
 */
export function ofAnyCopy(type, name) {
  const mark = Symbol.for(`portcullis.${name}`);
  Object.defineProperties(type.prototype, {
    name: { value: name, configurable: true, writable: true },
    [mark]: { value: true },
  });
  return Object.defineProperty(type, Symbol.hasInstance, {
    value(instance) {
      // What is derived from it is somebody else's.
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, instance);
      return typeof instance === "object" && instance !== null && mark in instance;
    },
  });
}

/** Why a token was refused, or a key could not be used. Never holds the token. */
export const TokenError = /* @__PURE__ */ ofAnyCopy(
  class TokenError extends Error {
    /** Dates in seconds, NaN where there is none. */
    constructor(message, { code, claim, expiredAt, notBefore }) {
      super(message);
      this.code = code;
      if (!Number.isNaN(expiredAt)) this.expiredAt = new Date(expiredAt * 1000);
      if (!Number.isNaN(notBefore)) this.notBefore = new Date(notBefore * 1000);
      if (claim !== undefined) this.claim = claim;
    }
  },
  "TokenError",
);
