import { advice, isBytes, isObject, isWellFormed, texts } from "./options.js";

// The members of a JWK that are read, for every key type.
const MEMBERS = ["kty", "alg", "kid", "use", "key_ops", "crv", "x", "y", "d", "k", "n", "e"];

// Own properties only: a polluted Object.prototype could otherwise choose the key that verifies a token.
const own = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

/** Returns the members of a JWK that the module reads, to be written as JSON. */
function jwk(key) {
  // `false` stands for a malformed key or member. The module rejects it, so a malformed value is not taken as absent.
  if (!isObject(key)) return false;
  const members = { __proto__: null };
  for (const name of MEMBERS) {
    const value = own(key, name);
    if (value !== undefined) members[name] = typeof value === "string" ? value : (texts(value) ?? false);
  }
  return members;
}

/** Says how to make a JWK from `key`, if it is another form of a key. */
function adviceForKey(key) {
  if (typeof key === "string" || isBytes(key)) return "; make one from a secret with secretKey(secret, alg)";
  if (!isObject(key)) return "";
  const kind = key[Symbol.toStringTag];
  if (kind === "Map") return "; turn the Map into an object with Object.fromEntries";
  if (kind === "CryptoKey") return '; export it: await crypto.subtle.exportKey("jwk", key)';
  // Node's KeyObject.
  if (typeof key.export === "function") return '; export it: key.export({ format: "jwk" })';
  return advice(key);
}

function mustBeKey(key) {
  const problem = adviceForKey(key);
  if (!isObject(key) || problem) throw new TypeError(`a key must be a JWK or a JWK Set${problem}`);
}

/** Returns a JWK, to be written as JSON. */
export function oneKey(key) {
  mustBeKey(key);
  return jwk(key);
}

/** Returns a JWK or a JWK Set, to be written as JSON. */
export function oneKeyOrSet(key) {
  mustBeKey(key);
  if (!Object.hasOwn(key, "keys")) return jwk(key);
  const { keys } = key;
  return { __proto__: null, keys: Array.isArray(keys) ? Array.from(keys, jwk) : false };
}

function mustBeName(alg) {
  if (typeof alg !== "string") throw new TypeError("an algorithm must be a string");
}

// The random bytes that the module gets for a new key of any algorithm.
const RANDOM = 64;

/** Returns the functions that make keys, for the memory of the module's instance. */
export function keys(memory) {
  const { fail, text, write, writeBehind } = memory;

  /** Parses the secret JSON that the module has written, and wipes it in the module's memory. */
  function takeSecret() {
    const secret = JSON.parse(text());
    memory.wasm.wipe();
    return secret;
  }

  function secretKey(secret, alg) {
    const isText = typeof secret === "string";
    if (!isText && !isBytes(secret)) throw new TypeError(`a secret must be a string or a Uint8Array${advice(secret)}`);
    // A lone surrogate has no UTF-8. The encoder would replace it, so two different secrets would become the same.
    if (isText && !isWellFormed(secret)) throw new TypeError("the secret holds a lone surrogate");
    mustBeName(alg);
    const bytes = isText ? new TextEncoder().encode(secret) : secret;
    const name = write(alg, bytes.length);
    if (!memory.wasm.secretKey(name, writeBehind(name, bytes))) fail();
    return takeSecret();
  }

  function generateKey(alg) {
    mustBeName(alg);
    const name = write(alg, RANDOM);
    writeBehind(name, crypto.getRandomValues(new Uint8Array(RANDOM)));
    if (!memory.wasm.generateKey(name)) fail();
    return takeSecret();
  }

  function publicKey(key) {
    const length = write(JSON.stringify(oneKey(key)));
    if (!memory.wasm.publicKey(length)) fail();
    return JSON.parse(text());
  }

  return { generateKey, publicKey, secretKey };
}
