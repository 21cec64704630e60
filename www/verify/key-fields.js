// Reads the key that the reader entered.

import { byId } from "../lib/dom.js";
import { addressOf, fetchKeySet } from "./key-set.js";
import { Unusable } from "./unusable.js";

/** Bytes of base64 in either alphabet, with or without padding. */
function bytesOf(text) {
  const plain = text.replace(/\s+/g, "").replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, "");
  try {
    return Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  } catch {
    throw new Unusable("The secret is not base64. Check it, or choose “text”.");
  }
}

function secret() {
  const text = byId("secret").value;
  if (text === "") throw new Unusable("Enter the secret.");
  return byId("secret-form").value === "base64" ? bytesOf(text) : text;
}

function jwk() {
  const text = byId("jwk").value.trim();
  if (text === "") throw new Unusable("Enter a JWK or a JWK Set.");
  if (text.startsWith("-----BEGIN")) throw new Unusable("This is a PEM key. Enter the key as a JWK, which is JSON.");
  let key;
  try {
    key = JSON.parse(text);
  } catch {
    throw new Unusable("This is not JSON, so it is not a JWK. Enter a JWK or a JWK Set.");
  }
  if (typeof key !== "object" || key === null || Array.isArray(key))
    throw new Unusable("This is not a JWK: a JWK is a JSON object. Enter a JWK or a JWK Set.");
  return key;
}

/** For each choice: the field to focus after an error, the name of the key in messages, and how to read the key. */
const sources = {
  secret: {
    field: "secret",
    name: "this secret",
    read: () => ({ secret: secret(), algorithm: byId("secret-algorithm").value, salt: byId("salt").value }),
  },
  jwk: { field: "jwk", name: "this key", read: () => ({ key: jwk() }) },
  url: {
    field: "key-url",
    name: "a key of this set",
    read: async () => ({ key: await fetchKeySet(addressOf(byId("key-url").value)) }),
  },
};

/** The source that is chosen in the form. */
export const chosen = (form) => sources[new FormData(form).get("with")];
