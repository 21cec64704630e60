// A Worker with one protected route. It verifies tokens with the keys that their issuer publishes, so
// it holds no secret.
import { TokenError, Verifier } from "portcullis";

let verifier;

/** Reads the keys once per isolate: a new value of a setting starts new isolates. */
function verifierFrom(env) {
  verifier ??= new Verifier(JSON.parse(env.JWKS), {
    // The signature says who wrote a token. Issuer, audience and type say what the token is for.
    issuer: env.TOKEN_ISSUER,
    audience: env.TOKEN_AUDIENCE,
    type: "JWT",
  });
  return verifier;
}

/** An error as `application/problem+json` (RFC 9457). */
function problem(status, title, code, detail, headers = {}) {
  const body = { type: "about:blank", title, status, detail, code };
  return Response.json(body, { status, headers: { "content-type": "application/problem+json", ...headers } });
}

/** A 401 with the challenge of RFC 6750. */
const unauthorized = (code, detail, challenge) =>
  problem(401, "Unauthorized", code, detail, { "www-authenticate": challenge });

/** The token of `Authorization: Bearer <token>`. The scheme's case does not matter (RFC 9110 §11.1). */
const bearerToken = (request) => /^Bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== "/greeting") {
      return problem(404, "Not Found", "not_found", "The only route is /greeting.");
    }
    let verifies;
    try {
      verifies = verifierFrom(env);
    } catch (error) {
      console.error(`A setting is wrong: ${error.message}. Fix: set JWKS, TOKEN_ISSUER and TOKEN_AUDIENCE.`);
      return problem(500, "Internal Server Error", "misconfigured", "The log says which setting is wrong.");
    }
    const token = bearerToken(request);
    if (token === undefined) {
      return unauthorized("token_missing", "Send the token in the header `Authorization: Bearer <token>`.", "Bearer");
    }
    try {
      const { claims } = verifies.verify(token);
      return Response.json({ hello: claims.username, token_expires_at: claims.exp });
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      // The error names no part of the token, so its text may leave the Worker.
      return unauthorized(error.code, error.message, 'Bearer error="invalid_token"');
    }
  },
};
