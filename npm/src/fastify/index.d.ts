/** Guards routes of Fastify. */
import type { JwtClaims } from "../index.js";
import type { ChallengeOptions } from "../issuer/index.js";
import type { Auth, GuardOptions } from "../middleware/index.js";

export { AuthError } from "../middleware/index.js";
export type { Auth, GuardOptions, Problem } from "../middleware/index.js";

/**
 * Gives `request.auth.claims` a type in the whole application. It is not checked at run time: use the option `claims` of
 * the issuer for that.
 * @example
 * declare module "portcullis/fastify" {
 *   interface AuthTypes { claims: { sub: string } }
 * }
 */
// biome-ignore lint/suspicious/noEmptyInterface: applications add the member `claims`.
export interface AuthTypes {}

/** The claims of `request.auth`: those of `AuthTypes`, or any. */
export type UserClaims = AuthTypes extends { claims: infer Claims } ? Claims : JwtClaims;

// With a package manager that hides Fastify from this package, such as Yarn with Plug'n'Play, declare the member
// yourself.
// @ts-ignore
declare module "fastify" {
  interface FastifyRequest {
    /** Set by `requireUser` or `authPlugin` of `portcullis/fastify`. */
    auth: Auth<UserClaims>;
  }
}

/** What a hook needs of a request. */
export interface HookRequest {
  readonly raw: { readonly headers: { readonly [name: string]: string | readonly string[] | undefined } };
}

/** What `sendProblem` needs of a reply. */
export interface ReplyLike {
  readonly code: (status: 400 | 401 | 403 | 503) => this;
  readonly headers: (headers: { [name: string]: string }) => this;
  readonly type: (type: string) => this;
  readonly send: (body: string) => this;
}

/** What the plugin needs of an instance. */
export interface InstanceLike {
  readonly hasRequestDecorator: (name: string) => boolean;
}

/** A hook for `onRequest` or `preHandler`. */
export type Hook = (request: HookRequest) => Promise<void>;

/**
 * Guards every route of the context in which it is registered, before the body is read.
 * @example
 * app.register(async (api) => {
 *   await api.register(authPlugin, { verifier });
 *   api.get("/me", async (request) => ({ user: request.auth.claims.sub }));
 * });
 */
export function authPlugin(instance: InstanceLike, options: GuardOptions<UserClaims>): Promise<void>;

/**
 * Returns a hook that lets only requests with a right token pass, and sets `request.auth`. For other requests it throws
 * an `AuthError`, which Fastify sends with the right status and headers.
 * @throws {TypeError} an option is missing, misspelt or out of range
 * @example
 * app.get("/me", { onRequest: requireUser({ verifier }) }, async (request) => ({ user: request.auth.claims.sub }));
 */
export function requireUser(options: GuardOptions<UserClaims>): Hook;

/**
 * Returns a hook that lets only requests pass whose token has all these scopes. It comes after `requireUser`.
 * @throws {TypeError} a scope has a space or a quote, or there is none
 * @example
 * app.delete("/notes/:id", { onRequest: requireScopes("notes:write") }, async (request, reply) => reply.code(204).send());
 */
export function requireScopes(scopes: string | readonly string[], options?: ChallengeOptions): Hook;

/**
 * An error handler that answers to an `AuthError` with its problem document (RFC 9457), and passes on other errors.
 * @example
 * app.setErrorHandler(sendProblem);
 */
export function sendProblem(error: unknown, request: object, reply: ReplyLike): Promise<unknown>;
