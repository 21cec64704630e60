// Where the keys of an issuer are. URLs come from the configuration, or from a discovery document whose host the
// configuration allows. They never come from a token.
import { KeysFailure } from "../failure.js";

const LOOPBACK = ["127.0.0.1", "[::1]", "localhost"];
const WELL_KNOWN = "/.well-known/openid-configuration";

/** Returns the URL if it may be fetched: https without a user or a fragment; http only on loopback, if allowed. */
export function keyUrl(text, allowLoopback) {
  let url;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  if (url.username || url.password || url.hash) return undefined;
  const isPlain = url.protocol === "http:" && allowLoopback && LOOPBACK.includes(url.hostname);
  return url.protocol === "https:" || isPlain ? url : undefined;
}

/** The address of an issuer's discovery document (OpenID Connect Discovery §4). */
export const discoveryUrl = (issuer) => issuer.replace(/\/$/, "") + WELL_KNOWN;

/** Reads a discovery document. Returns the address of the keys, or throws a KeysFailure. */
export function readDiscovery(text, { issuer, hosts, url, allowLoopback }) {
  let document;
  try {
    document = JSON.parse(text);
  } catch {
    // The check below throws, because `document` is undefined.
  }
  if (typeof document !== "object" || document === null || Array.isArray(document))
    throw new KeysFailure("keys_malformed", `${url} is not a discovery document`);
  const own = (name) => (Object.hasOwn(document, name) ? document[name] : undefined);
  // RFC 8414 §3.3: the document of another issuer must not be used.
  if (own("issuer") !== issuer)
    throw new KeysFailure("issuer_mismatch", `${url} does not name the issuer ${issuer} exactly`);
  const found = typeof own("jwks_uri") === "string" ? keyUrl(own("jwks_uri"), allowLoopback) : undefined;
  if (!found) throw new KeysFailure("keys_malformed", `${url} has no jwks_uri with https`);
  if (!hosts.includes(found.host)) {
    throw new KeysFailure(
      "issuer_mismatch",
      `${url} names keys on ${found.host}. If that is right, add the host to keys.hosts`,
    );
  }
  return found.href;
}
