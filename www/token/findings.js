// The findings about a token that is not verified, in plain words.

import { visible } from "../lib/words.js";
import { inMilliseconds } from "./members.js";
import { algorithms } from "./meanings.js";

/** The algorithms that `verify` supports. */
const VERIFIABLE = ["HS256", "HS384", "HS512", "EdDSA", "ES256"];

/** Whether a token has no signature, or names the algorithm "none". */
export const isUnsigned = (token, { alg }) =>
  token.endsWith(".") || (typeof alg === "string" && alg.toLowerCase() === "none");

const finding = (kind, text, code) => ({ kind, text, code });

function ofTime({ status, claim, legacy, issuedAt }, now) {
  if (status === "expired")
    return [finding("bad", "The token has expired: a service that checks it rejects it.", "token_expired")];
  if (status === "not-yet-valid")
    return [
      finding(
        "doubt",
        "The token is not valid yet: a service that checks it rejects it until then.",
        "token_not_yet_valid",
      ),
    ];
  if (status === "undated")
    return [finding("bad", `“${claim ?? "exp"}” must be a time in seconds, but is not.`, "token_claim_invalid")];
  if (issuedAt > now)
    return [
      finding(
        "bad",
        "“iat” is in the future: the token says it was issued later than now. The clock of its issuer or of this device may be wrong.",
        "token_claim_invalid",
      ),
    ];
  if (status === "never-expires" && !legacy)
    return [
      finding(
        "doubt",
        "The token has no “exp”, so it never expires. Portcullis rejects such a token unless the caller allows it.",
        "token_claim_invalid",
      ),
    ];
  return [];
}

function ofAlgorithm({ header: { alg } }) {
  if (VERIFIABLE.includes(alg)) return [];
  const name = algorithms.has(alg) ? `${alg} (${algorithms.get(alg)})` : `“${visible(String(alg))}”`;
  return [
    finding(
      "doubt",
      `The token is signed with ${name}, which this page cannot verify. The page can only read it.`,
      "token_algorithm_not_allowed",
    ),
  ];
}

function ofSignature(token, inspection, source) {
  if (isUnsigned(token, inspection.header)) {
    return [
      finding(
        "bad",
        "This token is not signed: anyone could have written it.",
        /none/i.test(inspection.header.alg) ? "token_algorithm_not_allowed" : "token_signature_invalid",
      ),
    ];
  }
  const unverified =
    source === "session"
      ? "Inspected, not verified. The token came from the service, but this page has no key to check the signature."
      : "Inspected, not verified. Without a key the page cannot check the signature: anyone could have written these claims.";
  return [...ofAlgorithm(inspection), { ...finding("note", unverified), open: true }];
}

/**
 * The findings about a token, the worst first: { kind: "bad" | "doubt" | "note", text, code?, open? }.
 * `open` marks the finding that a verdict of `verify` replaces.
 */
export function findings(token, inspection, source, now) {
  const { header, claims, legacy } = inspection;
  return [
    ...ofTime(inspection, now),
    ...Object.entries({ ...header, ...claims })
      .filter((member) => inMilliseconds(...member))
      .map(([name]) => finding("doubt", `“${name}” looks like milliseconds, not seconds.`)),
    ...(legacy
      ? [finding("note", "This is a legacy token: its dates are in the header, where itsdangerous writes them.")]
      : []),
    ...ofSignature(token, inspection, source),
  ];
}
