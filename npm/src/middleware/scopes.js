import { isObject } from "../options.js";
import { scopeList } from "./answer.js";

const own = (claims, name) => (isObject(claims) && Object.hasOwn(claims, name) ? claims[name] : undefined);

/**
 * Returns the scopes of a token: a string with spaces (RFC 8693 §4.2), or a list. Entra and Okta call the claim `scp`.
 * A value of another type grants nothing.
 */
export function scopesOf(claims) {
  const value = own(claims, "scope") ?? own(claims, "scp");
  if (typeof value === "string") return value.split(" ").filter((scope) => scope !== "");
  return Array.isArray(value) ? value.filter((scope) => typeof scope === "string") : [];
}

/** Returns the failure for a token that lacks one of these scopes, or undefined. */
export function missingScope(granted, required) {
  if (required.every((scope) => granted.includes(scope))) return undefined;
  const message = `the token lacks one of the scopes ${required.join(", ")}`;
  return { ok: false, kind: "scope", code: "insufficient_scope", message, scopes: required };
}

/** Reads required scopes. */
export function readScopes(scopes) {
  const read = scopeList(scopes);
  if (read === undefined) throw new TypeError(`the scopes must be ${scopeList.what}`);
  return read;
}

/** Returns the result, or a failure if its token lacks one of these scopes. */
export function requireScopes(result, scopes) {
  const required = readScopes(scopes);
  return result.ok ? (missingScope(scopesOf(result.claims), required) ?? result) : result;
}
