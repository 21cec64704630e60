import { fail } from "./malformed.js";

// The last characters of a group of two or three characters whose unused bits are zero (RFC 4648 §3.5).
const LAST_OF_TWO = "AQgw";
const LAST_OF_THREE = "AEIMQUYcgkosw048";

const decoder = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Rejects a part of a token that does not end as canonical base64url does. Its characters were checked. */
export function checkEnd(part) {
  const rest = part.length % 4;
  const last = part.charAt(part.length - 1);
  const canonical =
    rest === 0 || (rest === 2 && LAST_OF_TWO.includes(last)) || (rest === 3 && LAST_OF_THREE.includes(last));
  if (!canonical) fail("base64");
}

/** Returns the decoded bytes as a string with one character per byte. */
function binaryOf(part) {
  // Node's `atob` takes ten times as long as its Buffer.
  if (typeof globalThis.Buffer === "function") return globalThis.Buffer.from(part, "base64url").toString("latin1");
  return atob(part.replaceAll("-", "+").replaceAll("_", "/"));
}

/** Decodes a part of a token to text. The characters of the part were checked. */
export function textOf(part) {
  checkEnd(part);
  const binary = binaryOf(part);
  // ASCII, as in most tokens, needs no decoding.
  if (!/[\u0080-\u00ff]/.test(binary)) return binary;
  try {
    return decoder.decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
  } catch {
    return fail("utf8");
  }
}
