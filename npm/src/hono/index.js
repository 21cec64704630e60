import { guardOf, scopeGuardOf } from "../middleware/guard.js";
import { responseOf } from "../middleware/response.js";

/** The runtime's context of the request. Hono throws where there is none. */
function contextOf(c) {
  try {
    return c.executionCtx;
  } catch {
    return undefined;
  }
}

export function requireUser(options) {
  const guard = guardOf(options);
  return async (c, next) => {
    const { auth, answer } = await guard(c.req.raw, contextOf(c));
    if (auth === undefined) return responseOf(answer);
    c.set("auth", auth);
    await next();
  };
}

export function requireScopes(scopes, options) {
  const guard = scopeGuardOf(scopes, options);
  return async (c, next) => {
    const refused = guard(c.get("auth"));
    if (refused) return responseOf(refused.answer);
    await next();
  };
}
