// What the service's answers of another status than 2xx mean (RFC 9457).
import { SessionError } from "./error.js";

/** Seconds to wait: Retry-After holds either seconds or a date (RFC 9110 §10.2.3). */
function waitOf(response, now) {
  const value = response.headers.get("retry-after");
  const seconds = /^\d+$/.test(value) ? Number(value) : Date.parse(value) / 1000 - now;
  return Number.isFinite(seconds) ? { retryAfter: Math.max(0, seconds) } : {};
}

/** Of the body only the code is taken: it goes into messages. */
export function problemOf(response, body, now) {
  const { status } = response;
  const known = body?.status === status && typeof body.code === "string" && /^[a-z_]{1,64}$/.test(body.code);
  const code = known ? body.code : "answer_unexpected";
  return new SessionError(`the service answered ${status || "with a redirect"}: ${code}`, code, {
    status,
    ...waitOf(response, now),
  });
}

/** Whether a protected resource refused the token, and not something else (RFC 6750 §3.1). */
export const refusesToken = (response) =>
  response.status === 401 && /\berror="?invalid_token\b/.test(response.headers.get("www-authenticate"));

/** Not followed, a redirect is a 3xx with its address, or in browsers an answer that says nothing. */
export const isRedirect = ({ type, status, headers }) =>
  type === "opaqueredirect" || (status >= 300 && status < 400 && headers.has("location"));
