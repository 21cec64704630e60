/**
 * Makes `instanceof type` work across copies of this package: `import` and `require` load one copy each, and a
 * bundle may contain another.
 */
export function ofAnyCopy(type, name) {
  const mark = Symbol.for(`portcullis.${name}`);
  Object.defineProperties(type.prototype, {
    name: { value: name, configurable: true, writable: true },
    [mark]: { value: true },
  });
  return Object.defineProperty(type, Symbol.hasInstance, {
    value(instance) {
      // A class that extends `type` belongs to an application and keeps the usual `instanceof`.
      if (this !== type) return Function.prototype[Symbol.hasInstance].call(this, instance);
      return typeof instance === "object" && instance !== null && mark in instance;
    },
  });
}

/** Says that the engine does not compile the WebAssembly module, and what to do. `cause` is the engine's error. */
export const ModuleError = /* @__PURE__ */ ofAnyCopy(
  class ModuleError extends Error {
    code = "module_unavailable";
  },
  "ModuleError",
);

/** Says why a token was rejected or a key is not usable. It never contains the token. */
export const TokenError = /* @__PURE__ */ ofAnyCopy(
  class TokenError extends Error {
    /** `expiredAt` and `notBefore` are in seconds since the epoch, or NaN if absent. */
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
