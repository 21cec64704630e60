import { oneKey } from "./key.js";
import { duration, flag, isObject, isPlainObject, nowFrom, oneOrMore, readOptions, text, time } from "./options.js";

const OPTIONS = {
  __proto__: null,
  ...{ expiresIn: duration, notBefore: duration, issuer: text, audience: oneOrMore, subject: text },
  ...{ type: text, keyId: text, jwtId: flag, now: time },
};
// The bytes of a `jti`.
const RANDOM = 16;

/** Throws if the value has entries or elements, which JSON would leave out or write as an array. */
function mustBeClaims(claims) {
  if (!isObject(claims) || Array.isArray(claims)) throw new TypeError("claims must be an object");
  // The first condition is for speed.
  if (Object.getPrototypeOf(claims) === Object.prototype) return;
  if (typeof claims.toJSON === "function" || isPlainObject(claims)) return;
  // An object of a class has its members; a Map, a Set or a Promise has none.
  if (typeof claims.then === "function") throw new TypeError("claims must be an object; await the promise");
  if (typeof claims[Symbol.iterator] === "function")
    throw new TypeError("claims must be a plain object; turn a Map into one with Object.fromEntries");
}

/** Returns `Signer` and `sign`, which use the memory of the module's instance. */
export function signer(memory) {
  const { fail, text: outcome, write, writeBehind } = memory;
  const registry = new FinalizationRegistry((address) => memory.wasm.freeSigner(address));

  /** Reads a key and options once, to sign many tokens. */
  class Signer {
    /** The address of the signer in the module's memory; 0 once it is freed. */
    #address;
    #random;
    #now;

    constructor(key, options) {
      const { expiresIn = NaN, notBefore = NaN, now, ...rest } = readOptions(options, OPTIONS);
      const json = JSON.stringify({ key: oneKey(key), ...rest });
      const written = write(json);
      this.#address = memory.wasm.readSigner(written, expiresIn, notBefore) || fail();
      this.#random = rest.jwtId ? RANDOM : 0;
      this.#now = now;
      registry.register(this, this.#address, this);
    }

    sign(claims, at) {
      if (!isObject(this) || !(#address in this))
        throw new TypeError("sign needs its Signer: write (claims) => signer.sign(claims), not signer.sign");
      if (this.#address === 0) throw new TypeError("the Signer was disposed; make another one");
      mustBeClaims(claims);
      // Read options and claims before the claims are written: a getter or a toJSON may call this method again.
      const now = nowFrom(at, this.#now);
      const json = JSON.stringify(claims);
      if (json === undefined) throw new TypeError("claims must be an object");
      const length = write(json, this.#random);
      if (this.#random > 0) writeBehind(length, crypto.getRandomValues(new Uint8Array(this.#random)));
      if (!memory.wasm.sign(this.#address, length, now)) fail();
      return outcome();
    }

    /** Frees the module's memory now, not when the garbage collector runs. */
    dispose() {
      const address = this.#address;
      if (address === 0) return;
      this.#address = 0;
      registry.unregister(this);
      memory.wasm.freeSigner(address);
    }
  }
  if (Symbol.dispose) Signer.prototype[Symbol.dispose] = Signer.prototype.dispose;

  function sign(claims, key, options) {
    const signer = new Signer(key, options);
    try {
      return signer.sign(claims);
    } finally {
      signer.dispose();
    }
  }

  return { Signer, sign };
}
