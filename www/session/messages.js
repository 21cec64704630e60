// The codes of the service and of the session, in words for the person in front of the page.

import { roughly } from "../lib/words.js";

const service = {
  credentials_incorrect: "The username and password do not match. Check both and try again.",
  store_unavailable: "The service cannot reach its user records at the moment. Try again shortly.",
  misconfigured:
    "This service is not set up properly, so nobody can log in. Its operator will find the reason in its log.",
  body_too_large: "That is longer than the service accepts. Check the username and the password.",
  request_malformed: "The service could not read what was entered. Check the username and the password.",
  media_type_unsupported: "The service did not understand this page. Reload it and try again.",
  method_not_allowed: "The service did not understand this page. Reload it and try again.",
  not_found: "There is no login at this address.",
  forbidden: "The service does not allow this.",
  token_missing: "The service saw no token. Log in again.",
  token_incorrect: "The service no longer accepts this token. Log in again.",
  token_overdue: "This token has expired. Log in again.",
  // These come from the session client, not from the service.
  unreachable: "The service cannot be reached. It may be down, or the connection may be broken. Try again shortly.",
  answer_unexpected: "The service gave an answer this page does not understand. Reload the page and try again.",
  session_ended: "The session has ended. Log in again.",
};

const offline = "You seem to be offline. Check the connection and try again.";

/** Why a session ended, for whoever did not end it here. */
export const endings = {
  expired: "Your session has reached its end. Log in again.",
  refused: "The service has ended your session. Log in again.",
  elsewhere: "You logged out in another tab.",
};

/** What an error of the session means to its owner. */
export function serviceMessage({ code, status, retryAfter }) {
  if (code === "unreachable" && !navigator.onLine) return offline;
  if (code === "too_many_attempts") {
    return retryAfter === undefined
      ? "Too many attempts. Wait a while before trying again."
      : `Too many attempts. Try again in ${roughly(retryAfter)}.`;
  }
  // Without a code, it was another machine that answered.
  const known = Object.hasOwn(service, code) && !(code === "answer_unexpected" && status >= 400);
  if (known) return service[code];
  return status >= 500
    ? `Something went wrong in the service (${status}). Try again shortly.`
    : `The service refused the request (${status}).`;
}
