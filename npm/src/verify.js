import { oneKeyOrSet } from "./key.js";
import { duration, isObject, length, list, nowFrom, oneOrMore, readOptions, text, time } from "./options.js";

const OPTIONS = {
  __proto__: null,
  ...{ algorithms: list, issuer: oneOrMore, audience: oneOrMore, subject: text, type: text, leeway: duration },
  ...{ maxAge: duration, requiredClaims: list, maxTokenLength: length, now: time },
};

/** Returns `Verifier` and `verify`, which use the memory of the module's instance. */
export function verifier(memory) {
  const { claims, fail, header, write, writeToken } = memory;
  const registry = new FinalizationRegistry((address) => memory.wasm.freeVerifier(address));

  /** Reads keys and options once, to verify many tokens. */
  class Verifier {
    /** The address of the verifier in the module's memory; 0 once it is freed. */
    #address;
    #longest;
    #now;

    constructor(key, options) {
      const { leeway = NaN, maxAge = NaN, maxTokenLength = NaN, now, ...rest } = readOptions(options, OPTIONS);
      const json = JSON.stringify({ key: oneKeyOrSet(key), ...rest });
      const written = write(json);
      this.#address = memory.wasm.readVerifier(written, leeway, maxAge, maxTokenLength) || fail();
      this.#longest = memory.wasm.longest(this.#address) >>> 0;
      this.#now = now;
      registry.register(this, this.#address, this);
    }

    verify(token, at) {
      if (!isObject(this) || !(#address in this))
        throw new TypeError("verify needs its Verifier: write (token) => verifier.verify(token), not verifier.verify");
      if (this.#address === 0) throw new TypeError("the Verifier was disposed; make another one");
      // Read the options before the token is written: a getter in them may call this method again.
      const now = nowFrom(at, this.#now);
      const written = writeToken(token, this.#longest);
      if (!memory.wasm.verify(this.#address, written, now)) fail();
      return { header: header(), claims: claims() };
    }

    /** Frees the module's memory now, not when the garbage collector runs. */
    dispose() {
      const address = this.#address;
      if (address === 0) return;
      this.#address = 0;
      registry.unregister(this);
      memory.wasm.freeVerifier(address);
    }
  }
  if (Symbol.dispose) Verifier.prototype[Symbol.dispose] = Verifier.prototype.dispose;

  function verify(token, key, options) {
    const verifier = new Verifier(key, options);
    try {
      return verifier.verify(token);
    } finally {
      verifier.dispose();
    }
  }

  return { Verifier, verify };
}
