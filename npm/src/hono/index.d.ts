/** Guards routes of Hono. Its types need no import of Hono. */
import type { JwtClaims } from "../index.js";
import type { ChallengeOptions, ResponseLike } from "../issuer/index.js";
import type { Auth, GuardOptions } from "../middleware/index.js";

export type { Auth, GuardOptions } from "../middleware/index.js";

/**
 * The variables that `requireUser` sets.
 * @example
 * const app = new Hono<{ Variables: AuthVariables }>();
 */
export interface AuthVariables<Claims = JwtClaims> {
  auth: Auth<Claims>;
}

/** What `requireUser` needs of Hono's `Context`: the variable `auth` with these claims. */
export interface UserContext<Claims = JwtClaims> {
  readonly req: { readonly raw: { readonly headers: { get(name: string): string | null } } };
  readonly set: (name: "auth", value: Auth<Claims>) => void;
}

/** What `requireScopes` needs of Hono's `Context`. */
export interface ScopeContext {
  readonly get: (name: "auth") => Auth<unknown>;
}

/** A middleware of Hono. */
export type Middleware<Context> = (c: Context, next: () => Promise<void>) => Promise<ResponseLike | undefined>;

/**
 * Lets only requests with a right token pass, and sets `auth`. Other requests get the response of `toResponse`.
 * @throws {TypeError} an option is missing, misspelt or out of range
 * @example
 * app.use("/api/*", requireUser({ verifier }));
 * app.get("/api/me", (c) => c.json({ user: c.get("auth").claims.sub }));
 */
export function requireUser<Claims = JwtClaims>(options: GuardOptions<Claims>): Middleware<UserContext<Claims>>;

/**
 * Lets only requests pass whose token has all these scopes. It comes after `requireUser`.
 * @throws {TypeError} a scope has a space or a quote, or there is none
 * @example
 * app.delete("/api/notes/:id", requireScopes("notes:write"), (c) => c.body(null, 204));
 */
export function requireScopes(scopes: string | readonly string[], options?: ChallengeOptions): Middleware<ScopeContext>;
