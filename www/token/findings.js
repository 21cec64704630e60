// What there is to say of a token that nobody has verified: the verdicts of the core in plain words.

import { visible } from "../lib/words.js";
import { inMilliseconds } from "./members.js";
import { algorithms } from "./meanings.js";

/** The algorithms that `verify` has keys for. */
const VERIFIABLE = ["HS256", "HS384", "HS512", "EdDSA", "ES256"];

/** A token without a signature, or one that says it needs none. */
export const isUnsigned = (token, { alg }) =>
  token.endsWith(".") || (typeof alg === "string" && alg.toLowerCase() === "none");

const finding = (kind, text, code) => ({ kind, text, code });

function ofTime({ status, claim, legacy, issuedAt }, now) {
  if (status === "expired")
    return [finding("bad", "Its time is over: whoever checks it will refuse it.", "token_expired")];
  if (status === "not-yet-valid")
    return [finding("doubt", "Its time has not begun: until then it is refused.", "token_not_yet_valid")];
  if (status === "undated")
    return [finding("bad", `“${claim ?? "exp"}” should be a time in seconds, and is not.`, "token_claim_invalid")];
  if (issuedAt > now)
    return [
      finding(
        "bad",
        "“iat” lies in the future: it says it was made later than now. The maker’s clock or this one may be wrong.",
        "token_claim_invalid",
      ),
    ];
  if (status === "never-expires" && !legacy)
    return [
      finding(
        "doubt",
        "It has no “exp”: it would be good for ever. Portcullis refuses that unless told otherwise.",
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
      `It is signed with ${name}, for which Portcullis has no keys. It can be read here, not verified.`,
      "token_algorithm_not_allowed",
    ),
  ];
}

function ofSignature(token, inspection, source) {
  if (isUnsigned(token, inspection.header)) {
    return [
      finding(
        "bad",
        "This token is not signed: anyone can have written it.",
        /none/i.test(inspection.header.alg) ? "token_algorithm_not_allowed" : "token_signature_invalid",
      ),
    ];
  }
  const unverified =
    source === "session"
      ? "Inspected, not verified. The token came from the service; this page has no key to check the signature itself."
      : "Inspected, not verified. Without a key nobody can tell whether the signature is right: anyone could have written these claims.";
  return [...ofAlgorithm(inspection), { ...finding("note", unverified), open: true }];
}

/**
 * What is wrong with a token, worst first: { kind: "bad" | "doubt" | "note", text, code?, open? }.
 * `open`: it is what only a key can tell.
 */
export function findings(token, inspection, source, now) {
  const { header, claims, legacy } = inspection;
  return [
    ...ofTime(inspection, now),
    ...Object.entries({ ...header, ...claims })
      .filter((member) => inMilliseconds(...member))
      .map(([name]) => finding("doubt", `“${name}” looks like milliseconds, not seconds.`)),
    ...(legacy ? [finding("note", "A legacy token: its dates stand in the header, as itsdangerous writes them.")] : []),
    ...ofSignature(token, inspection, source),
  ];
}
