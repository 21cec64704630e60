// The answer to a failure: status, headers and problem document. It has fixed texts only, so that neither a token nor a
// claim gets into it. The message of a failure is for logs.
import { kind, readOptions } from "../options.js";

// RFC 6749 §3.3: the characters of a scope.
const SCOPE = /^[!#-[\]-~]+$/;
const REALM = /^[ -~]+$/;

/** One scope or several. No scopes would check nothing, so an empty list is an error. */
export const scopeList = /* @__PURE__ */ kind(
  "a scope or a list of scopes, each without spaces and quotes",
  (value) => {
    const all = typeof value === "string" ? [value] : Array.isArray(value) ? [...value] : [];
    return all.length > 0 && all.every((scope) => typeof scope === "string" && SCOPE.test(scope)) ? all : undefined;
  },
);

const realm = /* @__PURE__ */ kind("a string of printable ASCII characters", (value) =>
  typeof value === "string" && REALM.test(value) ? value : undefined,
);

export const CHALLENGE = { __proto__: null, realm, scopes: scopeList };

/** Reads the options of a challenge. */
export const readChallenge = (options) => readOptions(options, CHALLENGE);

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  503: "Service Unavailable",
};

/** By code: the status, the error code of RFC 6750 §3.1, and what to do. */
const ANSWERS = {
  __proto__: null,
  token_missing: [401, undefined, "the request has no token; send the header Authorization with Bearer and the token"],
  request_malformed: [
    400,
    "invalid_request",
    "the request must have exactly one token, in the form Bearer and the token",
  ],
  insufficient_scope: [403, "insufficient_scope", "the token does not have the scope; get a token with it"],
  token_expired: [401, "invalid_token", "the token has expired; get a new one"],
  token_not_yet_valid: [401, "invalid_token", "the token is not valid yet; check the clock of its issuer"],
};
/** By kind: the answer for every other code. */
const OTHERS = {
  __proto__: null,
  token: [401, "invalid_token", "the token is not acceptable; get one from the issuer of this service"],
  keys: [503, undefined, "the token cannot be checked now; try again later"],
};

/** RFC 9110 §5.6.4. */
const quoted = (text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`;

/** RFC 6750 §3. A challenge must have a parameter, so there is always a realm. */
function challenge({ realm = "api", scopes }, error, detail) {
  const parameters = [`realm=${quoted(realm)}`];
  if (error !== undefined) parameters.push(`error="${error}"`, `error_description=${quoted(detail)}`);
  if (scopes !== undefined) parameters.push(`scope="${scopes.join(" ")}"`);
  return `Bearer ${parameters.join(", ")}`;
}

/**
 * Returns the status, the headers and the problem document (RFC 9457) for a failure. The options are those that
 * `readChallenge` returns.
 */
export function answerTo(failure, options) {
  const { kind, code, scopes = options.scopes, retryAfter } = failure;
  const answer = ANSWERS[code] ?? OTHERS[kind];
  if (answer === undefined) throw new TypeError("this is not a failure; pass a result whose member ok is false");
  const [status, error, detail] = answer;
  const headers = { "cache-control": "no-store" };
  if (status === 503) headers["retry-after"] = String(Math.max(1, Math.ceil(retryAfter ?? 1)));
  else headers["www-authenticate"] = challenge({ ...options, scopes }, error, detail);
  const type = `urn:problem-type:portcullis:${code}`;
  return { status, headers, problem: { type, title: TITLES[status], status, detail, code } };
}

export const PROBLEM_TYPE = "application/problem+json";
