// The result of verifying in plain words: a text for each code of the package.

import { relative, visible } from "../lib/words.js";

const said = ({ header: { alg } }) => (typeof alg === "string" ? visible(alg) : "another algorithm");

/** For each code: (error, token, now in ms) => text. */
const words = {
  token_malformed: (error) => `This is not a well-formed token: ${error.message}.`,
  token_algorithm_not_allowed: (_, token) =>
    `The key is not for ${said(token)}, the algorithm that the token names. Portcullis takes the algorithm from the key, never from the token.`,
  token_key_unknown: (_, { header: { kid } }) =>
    kid === undefined
      ? "The token names no key (“kid”), and the set does not have exactly one key that fits the token."
      : "No key of the set has both the id (“kid”) and the algorithm that the token names.",
  token_signature_invalid: () =>
    "The signature is wrong: the token was signed with another key, or changed after it was signed.",
  token_expired: ({ expiredAt }, _, now) =>
    `The signature is right, but the token expired ${relative(expiredAt.getTime(), now)}.`,
  token_not_yet_valid: ({ notBefore }, _, now) =>
    `The signature is right, but the token is not valid yet: it becomes valid ${relative(notBefore.getTime(), now)}.`,
  token_claim_invalid: (error, { legacy }) =>
    legacy
      ? `The signature is right, but ${error.message}. A legacy token is verified with its secret, not with a JWK.`
      : `The signature is right, but ${error.message}.`,
  key_invalid: (error) => `The key cannot be used: ${error.message}.`,
};

// The package checks claims only after the signature, so these codes prove that the signature is right.
const SIGNED = new Set(["token_expired", "token_not_yet_valid", "token_claim_invalid"]);

/** The message for a TokenError, and the verdict on the signature alone. */
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

/** The message and the verdict for a token that verified. */
export function accepted(name, { header: { alg } }) {
  return {
    message: {
      kind: "good",
      text: `Verified. The signature (${alg}) is right for ${name}, and the token is valid now.`,
    },
    verdict: signed(),
  };
}
