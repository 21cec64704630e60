import { PROBLEM_TYPE } from "../middleware/answer.js";
import { AuthError } from "../middleware/error.js";
import { guardOf, ofNode, scopeGuardOf } from "../middleware/guard.js";

export { AuthError };

export function requireUser(options) {
  const guard = guardOf(options);
  return (request, _response, next) => {
    // Express 4 does not wait for promises, so every error goes through `next`.
    guard(ofNode(request)).then(({ auth, ...refused }) => {
      if (auth === undefined) return next(new AuthError(refused));
      request.auth = auth;
      next();
    }, next);
  };
}

export function requireScopes(scopes, options) {
  const guard = scopeGuardOf(scopes, options);
  return (request, _response, next) => {
    const refused = guard(request.auth);
    next(refused && new AuthError(refused));
  };
}

/** Sends the problem document of an `AuthError`. Express recognizes error handlers by their four parameters. */
export function sendProblem(error, _request, response, next) {
  if (!(error instanceof AuthError) || response.headersSent) return next(error);
  response.status(error.status).set(error.headers).type(PROBLEM_TYPE).send(JSON.stringify(error.problem));
}
