// Turns answers of the service with a status other than 2xx into errors (RFC 9457).
import { SessionError } from "./error.js";

/** Seconds to wait: Retry-After holds either seconds or a date (RFC 9110 §10.2.3). */
function waitOf(response, now) {
  const value = response.headers.get("retry-after");
  const seconds = /^\d+$/.test(value) ? Number(value) : Date.parse(value) / 1000 - now;
  return Number.isFinite(seconds) ? { retryAfter: Math.max(0, seconds) } : {};
}

/** Makes an error. Uses only the code of the body, because the message contains it. */
export function problemOf(response, body, now) {
  const { status } = response;
  const known = body?.status === status && typeof body.code === "string" && /^[a-z_]{1,64}$/.test(body.code);
  const code = known ? body.code : "answer_unexpected";
  return new SessionError(`the service answered ${status || "with a redirect"}: ${code}`, code, {
    status,
    ...waitOf(response, now),
  });
}

/** Whether a protected resource answered 401 because of the token and not for another reason (RFC 6750 §3.1). */
export const refusesToken = (response) =>
  response.status === 401 && /\berror="?invalid_token\b/.test(response.headers.get("www-authenticate"));

/** Whether an answer is a redirect that was not followed: a 3xx with `Location`, or an opaque answer in browsers. */
export const isRedirect = ({ type, status, headers }) =>
  type === "opaqueredirect" || (status >= 300 && status < 400 && headers.has("location"));
