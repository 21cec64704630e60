// A message for the user for each error code of the service and of the session client.

import { roughly } from "../lib/words.js";

const service = {
  credentials_incorrect: "The username and password do not match. Check both and try again.",
  store_unavailable: "The service cannot reach its user records at the moment. Try again shortly.",
  misconfigured:
    "This service is not configured correctly, so nobody can log in. Its operator finds the reason in its log.",
  body_too_large: "The username or the password is longer than the service accepts. Check both and try again.",
  request_malformed: "The service could not read the username or the password. Check both and try again.",
  media_type_unsupported: "The service did not understand the request of this page. Reload the page and try again.",
  method_not_allowed: "The service did not understand the request of this page. Reload the page and try again.",
  not_found: "There is no login service at this address. Check the address of the page.",
  forbidden: "The service does not allow this request. Ask its operator.",
  token_missing: "The service received no token. Log in again.",
  token_incorrect: "The service no longer accepts this token. Log in again.",
  token_overdue: "This token has expired. Log in again.",
  // These come from the session client, not from the service.
  unreachable: "The service cannot be reached. It may be down, or the connection may be broken. Try again shortly.",
  answer_unexpected: "The service gave an answer this page does not understand. Reload the page and try again.",
  session_ended: "The session has ended. Log in again.",
};

const offline = "You seem to be offline. Check the connection and try again.";

/** A message for each reason for which a session ended without a log-out on this page. */
export const endings = {
  expired: "Your session has expired. Log in again.",
  refused: "The service has ended your session. Log in again.",
  elsewhere: "You logged out in another tab.",
};

/** The message for an error of the service or of the session client. */
export function serviceMessage({ code, status, retryAfter }) {
  if (code === "unreachable" && !navigator.onLine) return offline;
  if (code === "too_many_attempts") {
    return retryAfter === undefined
      ? "Too many attempts. Wait a while before trying again."
      : `Too many attempts. Try again in ${roughly(retryAfter)}.`;
  }
  // A response without a code comes from another machine, such as a proxy.
  const known = Object.hasOwn(service, code) && !(code === "answer_unexpected" && status >= 400);
  if (known) return service[code];
  return status >= 500
    ? `Something went wrong in the service (${status}). Try again shortly.`
    : `The service refused the request (${status}). Reload the page and try again.`;
}
