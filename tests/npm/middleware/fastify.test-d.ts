// Compiled, never run: the types of portcullis/fastify with Fastify's own.
import fastify from "fastify";
import type { JwtClaims, Verifier } from "portcullis";
import { AuthError, authPlugin, requireScopes, requireUser, sendProblem } from "portcullis/fastify";
import type { Auth } from "portcullis/fastify";
import type { IssuerVerifier } from "portcullis/issuer";

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

declare const verifier: IssuerVerifier;
declare const own: Verifier;

const app = fastify();
app.setErrorHandler(sendProblem);
app.register(authPlugin, { verifier });
app.register(async (api) => {
  await api.register(authPlugin, { verifier: own, realm: "notes", scopes: ["read"] });
  api.get("/me", async (request) => {
    same<typeof request.auth, Auth<JwtClaims>>(true);
    return { user: request.auth.claims.sub };
  });
});
app.addHook("preHandler", requireUser({ verifier }));
app.get(
  "/one",
  { onRequest: [requireUser({ verifier }), requireScopes("read")] },
  async (request) => request.auth.scopes,
);
app.setErrorHandler((error, _request, reply) => {
  if (error instanceof AuthError) reply.code(error.statusCode).headers(error.headers).send(error.problem);
});

// @ts-expect-error the verifier is missing
app.register(authPlugin, { realm: "notes" });
// @ts-expect-error there is no such option
app.register(authPlugin, { verifier, secret: "x" });
