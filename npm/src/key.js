import { isWellFormed, texts } from "./options.js";

// The members of a JWK that are read, for every key type.
const MEMBERS = ["kty", "alg", "kid", "use", "key_ops", "crv", "x", "y", "d", "k", "n", "e"];

const isObject = (value) => typeof value === "object" && value !== null;

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

function mustBeKey(key) {
  if (!isObject(key)) throw new TypeError("a key must be a JWK or a JWK Set");
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

/** Returns the functions that make keys, for the module's exports and its memory. */
export function keys(wasm, { fail, text, write, writeBehind }) {
  /** Parses the secret JSON that the module has written, and wipes it in the module's memory. */
  function takeSecret() {
    const secret = JSON.parse(text());
    wasm.wipe();
    return secret;
  }

  function secretKey(secret, alg) {
    const isText = typeof secret === "string";
    if (!isText && !(secret instanceof Uint8Array)) throw new TypeError("a secret must be a string or a Uint8Array");
    // A lone surrogate has no UTF-8. The encoder would replace it, so two different secrets would become the same.
    if (isText && !isWellFormed(secret)) throw new TypeError("the secret holds a lone surrogate");
    mustBeName(alg);
    const bytes = isText ? new TextEncoder().encode(secret) : secret;
    const name = write(alg, bytes.length);
    if (!wasm.secretKey(name, writeBehind(name, bytes))) fail();
    return takeSecret();
  }

  function generateKey(alg) {
    mustBeName(alg);
    const name = write(alg, RANDOM);
    writeBehind(name, crypto.getRandomValues(new Uint8Array(RANDOM)));
    if (!wasm.generateKey(name)) fail();
    return takeSecret();
  }

  function publicKey(key) {
    if (!wasm.publicKey(write(JSON.stringify(oneKey(key))))) fail();
    return JSON.parse(text());
  }

  return { generateKey, publicKey, secretKey };
}
