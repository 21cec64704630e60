// The function behind the adapters of the frameworks.
import { TokenError } from "../error.js";
import { RequestFailure, requestResult, tokenResult } from "../issuer/failure.js";
import { BEARER_ONLY, tokenOf } from "../issuer/request.js";
import { isObject, kind, readOptions } from "../options.js";
import { CHALLENGE, answerTo, readChallenge } from "./answer.js";
import { missingScope, readScopes, scopesOf } from "./scopes.js";

const has = (value, name) => isObject(value) && typeof value[name] === "function";

const OPTIONS = {
  __proto__: null,
  ...CHALLENGE,
  verifier: /* @__PURE__ */ kind("a verifier of portcullis/issuer, or a Verifier of portcullis", (value) =>
    has(value, "authenticate") || has(value, "verify") ? value : undefined,
  ),
  onFailure: /* @__PURE__ */ kind("a function", (value) => (typeof value === "function" ? value : undefined)),
};

const BEARER = new Map(BEARER_ONLY.map((place) => [place, place]));

/** Authenticates with a `Verifier` of `portcullis`, which is synchronous and throws. */
function authenticateWith(verifier, request) {
  try {
    const { header, claims } = verifier.verify(tokenOf(request, BEARER).token);
    return { ok: true, header, claims };
  } catch (error) {
    if (error instanceof RequestFailure) return requestResult(error);
    if (error instanceof TokenError) return tokenResult(error);
    throw error;
  }
}

function authOf({ claims, header, issuer = claims.iss }) {
  return { claims, header, scopes: scopesOf(claims), ...(typeof issuer === "string" && { issuer }) };
}

/**
 * Reads the options of an adapter. Returns a function that authenticates a request, with the request's context if there
 * is one. It returns `auth`, or the `failure` and its `answer`.
 */
export function guardOf(options) {
  const { verifier, onFailure, ...challenge } = readOptions(options, OPTIONS);
  if (verifier === undefined) throw new TypeError('the option "verifier" is missing');
  const { scopes = [] } = challenge;
  return async (request, context) => {
    const result = has(verifier, "authenticate")
      ? await verifier.authenticate(request, has(context, "waitUntil") ? context : undefined)
      : authenticateWith(verifier, request);
    const auth = result.ok ? authOf(result) : undefined;
    const failure = auth === undefined ? result : missingScope(auth.scopes, scopes);
    if (failure === undefined) return { auth };
    onFailure?.(failure);
    return { failure, answer: answerTo(failure, challenge) };
  };
}

/** Reads required scopes. Returns a function that returns undefined, or the failure of this `auth` and its answer. */
export function scopeGuardOf(scopes, options) {
  const required = readScopes(scopes);
  const challenge = readChallenge(options);
  return (auth) => {
    if (!Array.isArray(auth?.scopes)) throw new TypeError("requireScopes needs requireUser before it on this route");
    const failure = missingScope(auth.scopes, required);
    return failure && { failure, answer: answerTo(failure, challenge) };
  };
}

/**
 * Returns a request of Node for a verifier. Node keeps only the first of several Authorization headers, but a request
 * must not have two tokens (RFC 6750 §2). `headersDistinct` has all headers, where the runtime has it.
 */
export function ofNode(request) {
  const all = request.headersDistinct?.authorization;
  return all?.length > 1 ? { headers: { ...request.headers, authorization: all } } : request;
}
