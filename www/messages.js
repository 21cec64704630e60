// The service's and the package's error codes, in words for the person in front of the page.

import { roughly } from "./words.js";

const service = {
  credentials_incorrect: "The username and password do not match. Check both and try again.",
  store_unavailable: "The service cannot reach its user records at the moment. Try again shortly.",
  misconfigured: "This service is not set up properly, so nobody can log in. Its operator will find the reason in its log.",
  body_too_large: "That is longer than the service accepts. Check the username and the password.",
  request_malformed: "The service could not read what was entered. Check the username and the password.",
  media_type_unsupported: "The service did not understand this page. Reload it and try again.",
  method_not_allowed: "The service did not understand this page. Reload it and try again.",
  not_found: "There is no login at this address.",
  forbidden: "The service does not allow this.",
  token_missing: "The service saw no token. Log in again.",
  token_incorrect: "The service no longer accepts this token. Log in again.",
  token_overdue: "This token has expired. Log in again.",
  // These come from the page itself, not from the service.
  offline: "You seem to be offline. Check the connection and try again.",
  unreachable: "The service cannot be reached. It may be down, or the connection may be broken. Try again shortly.",
  timed_out: "The service took too long to answer. Try again shortly.",
  answer_unexpected: "The service gave an answer this page does not understand. Reload the page and try again.",
};

/** What a Problem (api.js) means to someone logging in. */
export function serviceMessage({ code, status, retryAfter }) {
  if (code === "too_many_attempts") {
    return retryAfter === undefined ? "Too many attempts. Wait a while before trying again."
      : `Too many attempts. Try again in ${roughly(retryAfter)}.`;
  }
  if (Object.hasOwn(service, code)) return service[code];
  return status >= 500 ? `Something went wrong in the service (${status}). Try again shortly.`
    : `The service refused the request (${status}).`;
}

// The package's limit: MAX_LENGTH in src/token.
const LONGEST = 8192;

/** What a TokenError means for this text. */
export function tokenMessage(code, text) {
  if (code !== "token_malformed") return "This token cannot be inspected.";
  const parts = text.split(".").length;
  if (parts === 1) return "Not a JSON Web Token: there is no dot in it, and a token has three parts with dots between them.";
  if (/\s/.test(text)) return "There is a space or a line break inside. A token is one unbroken line.";
  if (text.length > LONGEST) return `This is longer than the ${LONGEST.toLocaleString("en")} characters a token may have.`;
  if (parts === 5) return "This looks like an encrypted token (five parts). Only signed tokens, with three parts, can be read without a key.";
  if (parts !== 3) return `Not a JSON Web Token: it has ${parts} parts, and a token has three, with dots between them.`;
  if (/[^\w.-]/.test(text)) return "Not a JSON Web Token: it contains characters that no token has.";
  return "Not a JSON Web Token, or not a whole one: its header or claims cannot be decoded.";
}

/** What stands beside every token: this page checks no signature, and some have none. */
export const notes = {
  session: "Inspected, not verified. The token came from the service, but this page has no key and cannot check the signature itself.",
  pasted: "Inspected, not verified. This page has no key, so it cannot tell whether the signature is right: anyone could have written these claims.",
  unsigned: "This token is not signed: anyone can have written it.",
};

export const statuses = {
  "current": { chip: "Current", change: "The token is now valid." },
  "expired": { chip: "Expired", change: "The token has expired." },
  "not-yet-valid": { chip: "Not yet valid", change: "The token is not valid yet." },
  "undated": { chip: "Dates unreadable" },
  "never-expires": { chip: "Never expires", change: "The token is now valid. It never expires." },
};
