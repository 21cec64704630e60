/** The types that the adapters `portcullis/hono`, `portcullis/express` and `portcullis/fastify` share. */
import type { JoseHeader, JwtClaims, Verifier } from "../index.js";
import type { ChallengeOptions, Failure, IssuerVerifier, ScopeFailure } from "../issuer/index.js";

/** What a verified token says about the request. The token itself is not in it, so that it gets into no log. */
export interface Auth<Claims = JwtClaims> {
  readonly claims: Claims;
  readonly header: JoseHeader;
  /** The scopes of the claim `scope`, or else of `scp`: of a text with spaces, or of a list. */
  readonly scopes: readonly string[];
  /** The token's `iss`. */
  readonly issuer?: string;
}

/** The options of `requireUser`. */
export interface GuardOptions<Claims = JwtClaims> extends ChallengeOptions {
  /** A verifier of `portcullis/issuer`, or a `Verifier` of `portcullis`. */
  readonly verifier: IssuerVerifier<Claims> | Verifier<Claims>;
  /** Is called for each refused request, for logs and metrics. The message of a failure is not for clients. */
  readonly onFailure?: (failure: Failure | ScopeFailure) => void;
}

/** A problem document (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
}

/**
 * A refused request. Its message, headers and problem document are fixed texts that contain nothing of the token.
 * `instanceof` also works for errors of another copy of the package.
 */
export declare class AuthError extends Error {
  private constructor();
  readonly name: "AuthError";
  /** The failure's code, such as `token_expired`. */
  readonly code: string;
  readonly status: 400 | 401 | 403 | 503;
  /** The same as `status`. */
  readonly statusCode: 400 | 401 | 403 | 503;
  /** `www-authenticate` or `retry-after`, and `cache-control`. */
  readonly headers: { readonly [name: string]: string };
  readonly problem: Problem;
  /** What is wrong, for logs. */
  readonly failure: Failure | ScopeFailure;
}
