import { isObject, mustBeToken } from "../options.js";
import { checkEnd, textOf } from "./base64url.js";
import { parseObject } from "./json.js";
import { fail } from "./malformed.js";

// `crit` and `b64` ask for extensions (RFC 7515 §4.1.11, RFC 7797); only a JWE has the others (RFC 7516 §9).
const UNSUPPORTED = ["crit", "b64", "enc", "zip", "p2c"];
// In bytes of UTF-8: `KeyId::MAX_LENGTH` of src/key/set.rs.
const LONGEST_KEY_ID = 256;

/** A member of an object from JSON. Never a member of `Object.prototype`. */
export const member = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

function readHeader(text) {
  const header = parseObject(text);
  if (UNSUPPORTED.some((name) => Object.hasOwn(header, name))) fail("extension");
  if (typeof member(header, "alg") !== "string") fail("header");
  for (const name of ["typ", "kid"])
    if (Object.hasOwn(header, name) && typeof header[name] !== "string") fail("header");
  const id = member(header, "kid");
  if (id !== undefined && new TextEncoder().encode(id).length > LONGEST_KEY_ID) fail("header");
  return header;
}

// The last token's header. The next token most likely has the same header.
let lastPart;
let lastText;
let lastHeader;
let isFlat = false;

/** Returns the header of a token, which nobody may change. */
function headerOf(part) {
  if (part !== lastPart) {
    const text = textOf(part);
    lastPart = undefined;
    lastHeader = readHeader(text);
    // A header is copied member by member only if all members are scalars: the copies must not share objects.
    isFlat = !Object.values(lastHeader).some(isObject) && !Object.hasOwn(lastHeader, "__proto__");
    lastText = text;
    lastPart = part;
  }
  return lastHeader;
}

/** The header of the token that was read last, as a new object. */
export const copyOfHeader = () => (isFlat ? { ...lastHeader } : JSON.parse(lastText));

/** Reads a token without verifying it. Nobody may change the header: `copyOfHeader` returns an object to pass on. */
export function read(token, longest) {
  mustBeToken(token);
  if (token.length > longest) fail("tooLong");
  const first = token.indexOf(".");
  const second = token.indexOf(".", first + 1);
  if (second < 0 || first === second || token.includes(".", second + 1)) fail("parts");
  if (!/^[\w.-]*$/.test(token)) fail("base64");
  const header = headerOf(token.slice(0, first));
  const claims = parseObject(textOf(token.slice(first + 1, second)));
  checkEnd(token.slice(second + 1));
  return { header, claims };
}
