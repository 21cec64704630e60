// Compiled, never run: the types of portcullis/hono with Hono's own.
import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import type { JwtClaims, Verifier } from "portcullis";
import { requireScopes, requireUser } from "portcullis/hono";
import type { Auth, AuthVariables } from "portcullis/hono";
import type { IssuerVerifier } from "portcullis/issuer";

/** Compiles only if both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

interface Person {
  email: string;
}
declare const verifier: IssuerVerifier;
declare const persons: IssuerVerifier<Person>;
declare const own: Verifier;
declare const ownPersons: Verifier<Person>;

const app = new Hono<{ Variables: AuthVariables }>();
app.use(requireUser({ verifier }));
app.use("/api/*", requireUser({ verifier: own, realm: "notes", scopes: ["read"] }));
app.get("/api/me", (c) => {
  const auth = c.get("auth");
  same<typeof auth, Auth<JwtClaims>>(true);
  same<typeof c.var.auth, Auth<JwtClaims>>(true);
  // @ts-expect-error there is no such variable
  c.get("user");
  return c.json({ user: c.get("auth").claims.sub });
});
app.get("/api/one", requireUser({ verifier }), requireScopes("read"), (c) => c.json(c.get("auth").scopes));

const typed = new Hono<{ Bindings: { KEY: string }; Variables: AuthVariables<Person> & { other: number } }>();
typed.use(requireUser({ verifier: persons }));
typed.get("/", requireScopes(["read", "write"]), (c) => {
  same<typeof c.var.auth.claims, Person>(true);
  return c.text(c.get("auth").claims.email + c.env.KEY + c.get("other").toFixed());
});
typed.use(requireUser({ verifier: ownPersons }));

// Hono's own way to name the variables of one middleware.
const user = createMiddleware<{ Variables: AuthVariables<Person> }>(requireUser({ verifier: persons }));
new Hono().get("/", user, (c) => c.text(c.get("auth").claims.email));

// @ts-expect-error the verifier is missing
requireUser({ realm: "notes" });
// @ts-expect-error a key is no verifier
requireUser({ verifier: { kty: "oct" } });
// @ts-expect-error there is no such option
requireUser({ verifier, scope: "read" });
