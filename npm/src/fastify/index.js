import { PROBLEM_TYPE } from "../middleware/answer.js";
import { AuthError } from "../middleware/error.js";
import { guardOf, ofNode, scopeGuardOf } from "../middleware/guard.js";

export { AuthError };

/** Returns a hook for `onRequest` or `preHandler`. */
export function requireUser(options) {
  const guard = guardOf(options);
  return async (request) => {
    const { auth, ...refused } = await guard(ofNode(request.raw));
    if (auth === undefined) throw new AuthError(refused);
    request.auth = auth;
  };
}

export function requireScopes(scopes, options) {
  const guard = scopeGuardOf(scopes, options);
  return async (request) => {
    const refused = guard(request.auth);
    if (refused) throw new AuthError(refused);
  };
}

async function plugin(instance, options) {
  if (!instance.hasRequestDecorator("auth")) instance.decorateRequest("auth", null);
  instance.addHook("onRequest", requireUser(options));
}

/**
 * Guards every route of the context in which it is registered. Without the first symbol, Fastify would run the plugin in
 * a context of its own, and the hook would guard nothing.
 */
export const authPlugin = /* @__PURE__ */ Object.assign(plugin, {
  [Symbol.for("skip-override")]: true,
  [Symbol.for("fastify.display-name")]: "portcullis",
});

/** Sends the problem document of an `AuthError`. Fastify passes other errors on to the handler outside. */
export async function sendProblem(error, _request, reply) {
  if (!(error instanceof AuthError)) throw error;
  return reply.code(error.statusCode).headers(error.headers).type(PROBLEM_TYPE).send(JSON.stringify(error.problem));
}
