// A JWK Set of this origin.

import { Unusable } from "./unusable.js";

const PATIENCE = 20_000;

// What begins as the Base64 of a JSON object does, with a dot behind it.
const TOKEN_LIKE = /e[wy][\w-]*(\.|%2e)/i;

/**
 * The address a reader asked for, if it is one of this origin. Without a query, and nothing in
 * it may look like a token: one that was pasted into the wrong field must not be sent.
 */
export function addressOf(text) {
  let address;
  try {
    address = new URL(text.trim(), location.origin);
  } catch {
    throw new Unusable("That is not an address.");
  }
  if (address.origin !== location.origin) {
    throw new Unusable(
      `Only a key set of this origin, ${location.origin}, can be fetched: the page’s policy allows no other.`,
    );
  }
  if (TOKEN_LIKE.test(text)) throw new Unusable("That looks like a token, not like an address. It was not sent.");
  if (!/^(https?:\/\/|\/)/i.test(text.trim()) || address.search || address.hash) {
    throw new Unusable("Enter a path of this origin that begins with a slash, without “?” or “#”.");
  }
  return address;
}

/** The set at an address. The request has no token, no cookie and no body. */
export async function fetchKeySet(address) {
  let response, text;
  try {
    response = await fetch(address, {
      headers: { Accept: "application/jwk-set+json, application/json" },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      redirect: "error",
      cache: "no-cache",
      signal: AbortSignal.timeout(PATIENCE),
    });
    text = await response.text();
  } catch {
    throw new Unusable(
      navigator.onLine
        ? "The key set could not be fetched. Try again shortly."
        : "You seem to be offline, so the key set could not be fetched.",
    );
  }
  if (!response.ok) throw new Unusable(`There is no key set at this address: the answer was ${response.status}.`);
  let set;
  try {
    set = JSON.parse(text);
  } catch {
    throw new Unusable("What is at this address is not JSON, so it is no key set.");
  }
  if (!Array.isArray(set?.keys)) throw new Unusable("What is at this address is no key set: it has no “keys”.");
  if (set.keys.length === 0)
    throw new Unusable(
      "The key set at this address is empty. A service that signs with a secret has no public keys to show.",
    );
  return set;
}
