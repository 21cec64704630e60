// Takes the token from a request: from the Authorization header (RFC 6750 §2.1), or from where an issuer puts it.
import { RequestFailure } from "./failure.js";

// RFC 6750 §2.1: b64token. The scheme's case does not matter (RFC 9110 §11.1).
const BEARER = /^Bearer +([\w\-.~+/]+=*)$/i;
const SCHEME = /^Bearer(?:$|[ ,])/i;
const TOKEN = /^[\w\-.~+/]+=*$/;

const several = () => new RequestFailure("request_malformed", "the request has more than one token. Send exactly one.");

/** Reads a header of a fetch Request, or of a request of Node's with its headers in a plain object. */
function headerOf({ headers }, name) {
  const value = typeof headers.get === "function" ? headers.get(name) : headers[name];
  if (Array.isArray(value)) {
    if (value.length > 1) throw several();
    return value[0];
  }
  return value ?? undefined;
}

function bearer(request) {
  const value = headerOf(request, "authorization")?.trim();
  // Other schemes are not for this verifier.
  if (value === undefined || !SCHEME.test(value)) return undefined;
  const token = BEARER.exec(value)?.[1];
  if (token === undefined)
    throw new RequestFailure("request_malformed", "the Authorization header must be the word Bearer and one token");
  return token;
}

function fromHeader(request, name) {
  const value = headerOf(request, name)?.trim();
  if (value === undefined || value === "") return undefined;
  if (!TOKEN.test(value)) throw new RequestFailure("request_malformed", `the header ${name} must be one token`);
  return value;
}

function fromCookie(request, name) {
  const found = (headerOf(request, "cookie") ?? "")
    .split(";")
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
  // A second cookie of the same name may come from another path or a subdomain, so neither can be trusted.
  if (found.length > 1) throw several();
  return found[0] || undefined;
}

/** The place of an issuer whose tokens come in the Authorization header. */
export const BEARER_ONLY = ["bearer"];

/** Whether a value names places: "bearer", or a header or a cookie by its name. */
export function isPlace(value) {
  if (value === "bearer") return true;
  if (typeof value !== "object" || value === null) return false;
  const { header, cookie } = value;
  return (
    (typeof header === "string") !== (typeof cookie === "string") && /^[\w!#$%&'*+.^`|~-]+$/.test(header ?? cookie)
  );
}

/** Returns one name for a place, so that the places of issuers can be compared. */
export const placeName = (place) =>
  place === "bearer" ? place : place.header ? `header ${place.header.toLowerCase()}` : `cookie ${place.cookie}`;

/**
 * Takes the token of a request. `places` are the places of all issuers, by name. Cookies count only if no header has
 * a token, because browsers send them with every request. Returns the token and the name of its place.
 */
export function tokenOf(request, places) {
  const found = [];
  const cookies = [];
  for (const [name, place] of places) {
    if (place === "bearer") found.push({ token: bearer(request), from: name });
    else if (place.header) found.push({ token: fromHeader(request, place.header.toLowerCase()), from: name });
    else cookies.push([name, place]);
  }
  const has = ({ token }) => token !== undefined;
  let given = found.filter(has);
  if (given.length === 0)
    given = cookies.map(([name, { cookie }]) => ({ token: fromCookie(request, cookie), from: name })).filter(has);
  if (given.length > 1) throw several();
  if (given.length === 0) throw new RequestFailure("token_missing", "the request has no token");
  return given[0];
}
