import { memory, wasm } from "./connected.js";
import { isWellFormed, texts } from "./options.js";

const { fail, text, write, writeBehind } = memory;

// The members that are read of a JWK: of all, and of each type.
const MEMBERS = ["kty", "alg", "kid", "use", "key_ops"];
const OWN = { __proto__: null, oct: ["k"], OKP: ["crv", "x", "d"], EC: ["crv", "x", "y", "d"] };

const isObject = (value) => typeof value === "object" && value !== null;

/** What of a JWK is handed over, to be written as JSON. */
function jwk(key) {
  // No member may be this, so the module refuses it: malformed is not absent.
  if (!isObject(key)) return false;
  const members = { __proto__: null };
  const read = (name) => {
    const value = key[name];
    if (value !== undefined) members[name] = typeof value === "string" ? value : (texts(value) ?? false);
  };
  MEMBERS.forEach(read);
  OWN[members.kty]?.forEach(read);
  return members;
}

function mustBeKey(key) {
  if (!isObject(key)) throw new TypeError("a key must be a JWK or a JWK Set");
}

/** `{ key }`, to be written as JSON. */
export function oneKey(key) {
  mustBeKey(key);
  return { key: jwk(key) };
}

/** `{ key }` or `{ keys }`, to be written as JSON. */
export function oneKeyOrSet(key) {
  mustBeKey(key);
  if (!("keys" in key)) return { key: jwk(key) };
  const { keys } = key;
  return { keys: { keys: Array.isArray(keys) ? Array.from(keys, jwk) : false } };
}

/** The object whose JSON the module has left, and which is a secret. */
function takeSecret() {
  const secret = JSON.parse(text());
  wasm.wipe();
  return secret;
}

export function secretKey(secret, alg) {
  const isText = typeof secret === "string";
  if (!isText && !(secret instanceof Uint8Array)) throw new TypeError("a secret must be a string or a Uint8Array");
  // It has no UTF-8; what stands in for it would make two secrets one.
  if (isText && !isWellFormed(secret)) throw new TypeError("the secret holds a lone surrogate");
  if (typeof alg !== "string") throw new TypeError("an algorithm must be a string");
  const bytes = isText ? new TextEncoder().encode(secret) : secret;
  const offset = write(alg, bytes.length);
  if (!wasm.secretKey(offset, writeBehind(offset, bytes))) fail();
  return takeSecret();
}
