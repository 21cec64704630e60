/** Guards routes of Express 4 and 5. Its types need no import of Express. */
import type { JwtClaims } from "../index.js";
import type { ChallengeOptions } from "../issuer/index.js";
import type { Auth, GuardOptions } from "../middleware/index.js";

export { AuthError } from "../middleware/index.js";
export type { Auth, GuardOptions, Problem } from "../middleware/index.js";

/**
 * Gives `request.auth.claims` a type in the whole application. It is not checked at run time: use the option `claims` of
 * the issuer for that.
 * @example
 * declare module "portcullis/express" {
 *   interface AuthTypes { claims: { sub: string } }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add the member `claims`.
export interface AuthTypes {}

/** The claims of `request.auth`: those of `AuthTypes`, or any. */
export type UserClaims = AuthTypes extends { claims: infer Claims } ? Claims : JwtClaims;

declare global {
  namespace Express {
    interface Request {
      /** Set by `requireUser` of `portcullis/express`. */
      auth?: Auth<UserClaims>;
    }
  }
}

/** What the middleware needs of a request. */
export interface NodeRequestLike {
  readonly headers: { readonly [name: string]: string | readonly string[] | undefined };
  auth?: Auth<UserClaims>;
}

/** What `sendProblem` needs of a response. */
export interface NodeResponseLike {
  readonly headersSent: boolean;
  readonly status: (code: number) => this;
  readonly set: (headers: object) => this;
  readonly type: (type: string) => this;
  readonly send: (body: string) => this;
}

/** A middleware of Express. */
export type Middleware = (request: NodeRequestLike, response: object, next: (error?: unknown) => void) => void;

/**
 * Lets only requests with a right token pass, and sets `request.auth`. Other requests go to the error handlers, with an
 * `AuthError`. Without an error handler, Express answers with the right status and headers, and with HTML.
 * @throws {TypeError} an option is missing, misspelt or out of range
 * @example
 * app.use("/api", requireUser({ verifier }));
 * app.get("/api/me", (request, response) => response.json({ user: request.auth.claims.sub }));
 */
export function requireUser(options: GuardOptions<UserClaims>): Middleware;

/**
 * Lets only requests pass whose token has all these scopes. It comes after `requireUser`.
 * @throws {TypeError} a scope has a space or a quote, or there is none
 * @example
 * app.delete("/api/notes/:id", requireScopes("notes:write"), (request, response) => response.sendStatus(204));
 */
export function requireScopes(scopes: string | readonly string[], options?: ChallengeOptions): Middleware;

/**
 * An error handler that answers to an `AuthError` with its problem document (RFC 9457), and passes on other errors.
 * @example
 * app.use(sendProblem);
 */
export function sendProblem(
  error: unknown,
  request: object,
  response: NodeResponseLike,
  next: (error?: unknown) => void,
): void;
