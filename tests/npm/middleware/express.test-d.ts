// Compiled, never run: the types of portcullis/express with those of @types/express.
import express from "express";
import type { Verifier } from "portcullis";
import { AuthError, requireScopes, requireUser, sendProblem } from "portcullis/express";
import type { Auth } from "portcullis/express";
import type { IssuerVerifier } from "portcullis/issuer";

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

interface Person {
  email: string;
}
declare module "portcullis/express" {
  interface AuthTypes {
    claims: Person;
  }
}
declare const verifier: IssuerVerifier<Person>;
declare const own: Verifier<Person>;
declare const other: IssuerVerifier<{ name: string }>;

const app = express();
app.use(requireUser({ verifier }));
app.use("/api", requireUser({ verifier: own, realm: "notes", scopes: "read" }));
app.get("/me/:id", requireScopes("read"), (request, response) => {
  same<typeof request.auth, Auth<Person> | undefined>(true);
  same<typeof request.params.id, string>(true);
  response.json({ user: request.auth?.claims.email });
});
app.use(sendProblem);
app.use((error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
  if (!(error instanceof AuthError)) return next(error);
  same<typeof error.status, 400 | 401 | 403 | 503>(true);
  response.status(error.status).set(error.headers).json(error.problem);
});

// @ts-expect-error the claims of this verifier have another type
requireUser({ verifier: other });
// @ts-expect-error the verifier is missing
requireUser({});
// @ts-expect-error there is no such option
requireUser({ verifier, credentialsRequired: false });
