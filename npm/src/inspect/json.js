// Strict JSON, with the same rules as src/encoding/json: `JSON.parse` checks the grammar, and this file what `JSON.parse`
// lets pass.
import { isObject, isWellFormed } from "../options.js";
import { fail } from "./malformed.js";

const DEEPEST = 32;

/** Counts the members of all objects in a JSON text that `JSON.parse` has accepted: each has a colon outside of strings. */
function writtenMembers(text) {
  // Without its escapes, a text has quotes only around strings.
  const plain = text.includes("\\") ? text.replace(/\\./g, "") : text;
  let count = 0;
  for (let at = 0; at < plain.length; at++) {
    const character = plain.charCodeAt(at);
    if (character === 34) at = plain.indexOf('"', at + 1);
    else if (character === 58) count++;
  }
  return count;
}

/** Checks a parsed value. Returns the number of members of all objects in it. */
function check(value, depth, hasUnicodeEscapes) {
  if (typeof value === "number" && !Number.isFinite(value)) fail("number");
  if (hasUnicodeEscapes && typeof value === "string" && !isWellFormed(value)) fail("surrogate");
  if (!isObject(value)) return 0;
  if (depth > DEEPEST) fail("nesting");
  let count = 0;
  if (Array.isArray(value)) {
    for (const element of value) count += check(element, depth + 1, hasUnicodeEscapes);
    return count;
  }
  for (const name of Object.keys(value)) {
    if (hasUnicodeEscapes && !isWellFormed(name)) fail("surrogate");
    count += 1 + check(value[name], depth + 1, hasUnicodeEscapes);
  }
  return count;
}

/** Parses a text that must be one strict JSON object. */
export function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    fail("json");
  }
  if (!isObject(value) || Array.isArray(value)) fail("json");
  // Only an escape can write a lone surrogate: UTF-8 has none.
  const members = check(value, 1, text.includes("\\u"));
  // `JSON.parse` keeps only the last of several members with the same name.
  if (members !== writtenMembers(text)) fail("duplicateName");
  return value;
}
