// What verifying has found, in plain words: a verdict for each of the package's codes.

import { relative, visible } from "../lib/words.js";

const said = ({ header: { alg } }) => (typeof alg === "string" ? visible(alg) : "another algorithm");

/** By code: (error, token, now in milliseconds) => words. */
const words = {
  token_malformed: (error) => `This is not a well-formed token: ${error.message}.`,
  token_algorithm_not_allowed: (_, token) =>
    `The key is for another algorithm than ${said(token)}, which the token names. The key decides, never the token.`,
  token_key_unknown: (_, { header: { kid } }) =>
    kid === undefined
      ? "The token names no key (“kid”), and not exactly one key of the set fits it."
      : "No key of the set has the id (“kid”) that the token names and fits its algorithm.",
  token_signature_invalid: () => "The signature is wrong: the token was signed with another key, or changed since.",
  token_expired: ({ expiredAt }, _, now) =>
    `The signature is right, but the token expired ${relative(expiredAt.getTime(), now)}. Nothing else is wrong with it.`,
  token_not_yet_valid: ({ notBefore }, _, now) =>
    `The signature is right, but the token is not valid yet: it begins ${relative(notBefore.getTime(), now)}.`,
  token_claim_invalid: (error, { legacy }) =>
    legacy
      ? `The signature is right, but ${error.message}. A legacy token is verified with its secret, not with a JWK.`
      : `The signature is right, but ${error.message}.`,
  key_invalid: (error) => `The key cannot be used: ${error.message}.`,
};

// A claim is only read once the signature was right.
const SIGNED = new Set(["token_expired", "token_not_yet_valid", "token_claim_invalid"]);

/** What a TokenError says to the reader, and what it says of the signature alone. */
export function refused(error, token, now) {
  const { code } = error;
  const text = Object.hasOwn(words, code) ? words[code](error, token, now) : `${error.message}.`;
  return {
    message: { kind: SIGNED.has(code) ? "warning" : "error", text, code },
    verdict: SIGNED.has(code)
      ? signed()
      : code === "token_signature_invalid"
        ? { kind: "bad", text: "The signature is wrong for the key you gave.", code }
        : undefined,
  };
}

const signed = () => ({ kind: "good", text: "Verified: the signature is right for the key you gave." });

/** What there is to say when nothing is wrong. */
export function accepted(name, { header: { alg } }) {
  return {
    message: {
      kind: "good",
      text: `Verified. The signature (${alg}) is right for ${name}, and the token is valid now.`,
    },
    verdict: signed(),
  };
}
