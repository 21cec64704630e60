// Fetches a JWK Set of this origin.

import { Unusable } from "./unusable.js";

// The timeout of the request, in ms.
const TIMEOUT = 20_000;

// Text that starts like the Base64 of a JSON object and has a dot after it.
const TOKEN_LIKE = /e[wy][\w-]*(\.|%2e)/i;

/**
 * The address that the reader entered. It must be on this origin, have no query, and must not look like a token,
 * because a token that was pasted into the wrong field must not be sent.
 */
export function addressOf(text) {
  let address;
  try {
    address = new URL(text.trim(), location.origin);
  } catch {
    throw new Unusable("This is not an address. Enter a path such as /.well-known/jwks.json.");
  }
  if (address.origin !== location.origin) {
    throw new Unusable(
      `This page can fetch a key set only from its own origin, ${location.origin}. For another key set, paste it as a JWK Set.`,
    );
  }
  if (TOKEN_LIKE.test(text))
    throw new Unusable(
      "This looks like a token, not an address. The page did not send it. Enter the path of a key set.",
    );
  if (!/^(https?:\/\/|\/)/i.test(text.trim()) || address.search || address.hash) {
    throw new Unusable("Enter a path of this origin that starts with a slash and has no “?” or “#”.");
  }
  return address;
}

/** Fetches the set at an address. The request carries no token, no cookie and no body. */
export async function fetchKeySet(address) {
  let response, text;
  try {
    response = await fetch(address, {
      headers: { Accept: "application/jwk-set+json, application/json" },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      cache: "no-cache",
      signal: AbortSignal.timeout(TIMEOUT),
    });
    text = await response.text();
  } catch {
    throw new Unusable(
      navigator.onLine
        ? "The key set could not be fetched. Try again shortly."
        : "You seem to be offline, so the key set could not be fetched. Check the connection and try again.",
    );
  }
  if (!response.ok)
    throw new Unusable(
      `There is no key set at this address: the service answered with status ${response.status}. Check the path.`,
    );
  let set;
  try {
    set = JSON.parse(text);
  } catch {
    throw new Unusable("The response from this address is not JSON, so it is not a key set. Check the path.");
  }
  if (!Array.isArray(set?.keys))
    throw new Unusable("The response from this address is not a key set: it has no “keys”. Check the path.");
  if (set.keys.length === 0)
    throw new Unusable(
      "The key set at this address is empty. A service that signs with a secret publishes no keys: verify with the secret.",
    );
  return set;
}
