import { LONGEST_TOKEN } from "./limits.js";
import { isBytes, isWellFormed, mustBeToken, text as name, readOptions, time } from "./options.js";

const encoder = new TextEncoder();

/** Returns the UTF-8 of a string, or bytes, as base64url. Returns undefined for any other value. */
function octets(value) {
  let bytes = value;
  if (typeof value === "string" && isWellFormed(value)) bytes = encoder.encode(value);
  if (!isBytes(bytes)) return undefined;
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replace(/[+/=]/g, (character) => ({ "+": "-", "/": "_", "=": "" })[character]);
}

const salt = /* @__PURE__ */ Object.assign((value) => octets(value), {
  what: "a string with no lone surrogate or a Uint8Array",
});
const OPTIONS = { __proto__: null, algorithm: name, salt, now: time };

/** Returns `verifyLegacy`, for the memory of the module's instance. */
export function legacyVerifier(memory) {
  const { fail, text, write, writeBehind } = memory;
  return function verifyLegacy(token, secret, options) {
    mustBeToken(token);
    const { algorithm = "HS512", now = Date.now() / 1000, ...rest } = readOptions(options, OPTIONS);
    const secrets = (Array.isArray(secret) ? Array.from(secret) : [secret]).map(octets);
    if (secrets.includes(undefined))
      throw new TypeError("a secret must be a string with no lone surrogate or a Uint8Array");
    // The module rejects a longer token, so the rest is not copied.
    const bytes = encoder.encode(token.slice(0, LONGEST_TOKEN + 1));
    const length = write(JSON.stringify({ algorithm, secrets, ...rest }), bytes.length);
    if (!memory.wasm.verifyLegacy(length, writeBehind(length, bytes), now)) fail();
    return JSON.parse(text());
  };
}
