/**
 * Verifies the tokens of other issuers, such as Google, Entra ID or Auth0, with the keys that they publish. Points in
 * time are seconds since the epoch and durations are seconds, except where the type is `Date`.
 */
import type { JoseHeader, JwtClaims, TokenErrorCode } from "../index.js";

export type { JoseHeader, JwtClaims } from "../index.js";
export { ModuleError, ready } from "../index.js";

/** The algorithms of published keys. `EdDSA` and `Ed25519` are the same (RFC 9864). HMAC is not one of them. */
export type IssuerAlgorithm =
  | "RS256"
  | "RS384"
  | "RS512"
  | "PS256"
  | "PS384"
  | "PS512"
  | "ES256"
  | "ES384"
  | "ES512"
  | "EdDSA"
  | "Ed25519";

/** A schema of Zod, Valibot, ArkType or another library that follows https://standardschema.dev. */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[] };

/** Where the keys of an issuer are. Every address is https. */
export type IssuerKeys =
  /** The address of the JWK Set. */
  | { readonly jwksUri: string }
  /**
   * The issuer's discovery document (`/.well-known/openid-configuration`) has the address. It must be on the host of
   * the issuer or on one of `hosts`, such as `"www.googleapis.com"`.
   */
  | { readonly discover: true; readonly hosts?: readonly string[] }
  /** The JWK Set itself. It is never fetched. */
  | { readonly jwks: { readonly keys: readonly object[] } };

/** For whom a token must be. */
export type IssuerAudience =
  /** `aud` must contain one of these. */
  | string
  | readonly string[]
  /** Another claim says it: `client_id` in access tokens of Cognito, `azp` in those of Clerk. */
  | { readonly claim: string; readonly oneOf: string | readonly string[] }
  /** Not checked, for the reason that you write here: tokens for other applications of the issuer pass. */
  | { readonly unchecked: string };

/** Where `authenticate` takes the token from. */
export type TokenPlace = "bearer" | { readonly header: string } | { readonly cookie: string };

/** What every issuer and every preset takes. */
export interface IssuerOptions<Claims = JwtClaims> {
  /** Checks the claims of a token and gives them their type. Nothing of its messages is passed on. */
  readonly claims?: StandardSchemaV1<unknown, Claims>;
  /** Claims that must be a string and one of these values, such as `{ hd: "example.com" }`. */
  readonly claimValues?: { readonly [claim: string]: string | readonly string[] };
  /** Claims that must be present. */
  readonly requiredClaims?: readonly string[];
  /** The tolerated difference between clocks, at most 60. Default: 0. */
  readonly leeway?: number;
  /** The longest time after `iat` at which a token is accepted. Default: until it expires. */
  readonly maxAge?: number;
  /** The length of the longest token in bytes. Default: 16384. */
  readonly maxTokenLength?: number;
  /** Where `authenticate` takes the token from. Default: `["bearer"]`, the header `Authorization`. */
  readonly from?: readonly TokenPlace[];
}

/** An issuer whose tokens are accepted. */
export interface Issuer<Claims = JwtClaims> extends IssuerOptions<Claims> {
  /**
   * The exact value of `iss`, several spellings of it, or a template with `{tenantid}` for an issuer with tenants,
   * whose tokens name the tenant in `tid`.
   */
  readonly issuer:
    | string
    | readonly string[]
    | { readonly template: string; readonly tenants: "any" | readonly string[] };
  readonly keys: IssuerKeys;
  readonly algorithms: readonly IssuerAlgorithm[];
  readonly audience: IssuerAudience;
  /**
   * - `rfc9068`: an access token of type `at+jwt` with the claims that RFC 9068 §2.2 requires.
   * - `access`: any other access token. It has no type, or the type `JWT` or `at+jwt`.
   * - `id`: an ID token of OpenID Connect. It has no type, or the type `JWT`.
   */
  readonly token: "rfc9068" | "access" | "id";
  /** With a template: further templates that the member `issuer` of a key may have. */
  readonly keyIssuers?: readonly string[];
  /** Claims that must not have these values, such as Clerk's `{ sts: "pending" }`. */
  readonly refusedValues?: { readonly [claim: string]: string };
}

/** The claims of the tokens that a verifier of these issuers accepts. */
export type ClaimsOf<I extends readonly Issuer<unknown>[]> = {
  [K in keyof I]: I[K] extends { readonly claims?: StandardSchemaV1<unknown, infer C> | undefined }
    ? unknown extends C
      ? JwtClaims
      : C
    : JwtClaims;
}[number];

/** A key set in a store. The times are of the wall clock. */
export interface StoredSet {
  /** The text of the JWK Set. */
  readonly keys: string;
  readonly fetchedAt: number;
  readonly expiresAt: number;
  /** After this time the set is of no use, even if the issuer is down. */
  readonly usableUntil: number;
}

/**
 * Keeps key sets for isolates that start without any. It must be as trustworthy as the code: whoever can write to it
 * decides which tokens are accepted.
 */
export interface KeyStore {
  get(url: string): Promise<StoredSet | undefined>;
  put(url: string, set: StoredSet): Promise<void>;
}

/** What happened to the keys of an issuer, for logs and metrics. It contains nothing secret. */
export type KeyEvent = { readonly issuer: string; readonly url: string } & (
  | {
      readonly type: "keys_refreshed";
      /** The number of usable keys. */
      readonly keys: number;
      /** The keys that were left out, by their index in the set. */
      readonly leftOut: readonly { readonly index: number; readonly why: string }[];
    }
  | {
      readonly type: "refresh_failed";
      readonly code: KeysCode;
      readonly message: string;
      readonly retryAfter: number;
    }
  /** The keys have expired and could not be renewed. They are used for at most `staleIfError`. */
  | { readonly type: "stale_keys_used"; readonly code: KeysCode | undefined }
  | { readonly type: "store_failed"; readonly message: string }
);

/** How keys are fetched and kept. */
export interface KeyPolicy {
  /** The longest time that a set counts as fresh, 60 to 86400, whatever `Cache-Control` says. Default: 3600. */
  readonly maxAge?: number;
  /** How much longer a set is used if the issuer is down, 0 to 86400. Default: 3600. */
  readonly staleIfError?: number;
  /** The least time between two fetches for unknown key IDs, 1 to 3600. Default: 30. */
  readonly cooldown?: number;
  /** The time for a fetch with its body and with discovery, 0.1 to 60. Default: 5. */
  readonly timeout?: number;
  /** The length of the longest answer in bytes. Default: 262144. */
  readonly maxBytes?: number;
  /** Sends the requests. Default: the runtime's `fetch`. */
  readonly fetch?: (url: string, init: KeyRequest) => Promise<KeyResponse>;
  /** Default: each verifier keeps its sets in memory only. */
  readonly store?: KeyStore;
  readonly onEvent?: (event: KeyEvent) => void;
  /** For tests: allows http on 127.0.0.1, [::1] and localhost. Default: false. */
  readonly allowLoopback?: boolean;
  /** For tests: replaces the clocks and the timers. */
  readonly clock?: Clock;
}

/** What a `fetch` of the policy gets, besides the address. */
export interface KeyRequest {
  headers: { accept: string };
  redirect: "manual";
  cache?: "no-store";
  signal: AbortSignalLike;
}

/** The runtime's `AbortSignal`, where it is known. */
export type AbortSignalLike = typeof globalThis extends { AbortSignal: { prototype: infer S } } ? S : object;

/** What a `fetch` of the policy returns: a `Response`, as far as it is read. */
export interface KeyResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
}

export interface Clock {
  /** The wall clock, in seconds since the epoch. */
  now(): number;
  /** A clock that is never set, in seconds. */
  elapsed(): number;
  /** Calls `call` after `seconds`, and returns a function that cancels it. */
  after(seconds: number, call: () => void): () => void;
}

/** The context of a request: that of a Worker, or anything else with this method. */
export interface VerifyContext {
  waitUntil(promise: Promise<unknown>): void;
}

/** A request of the fetch API, or of Node. */
export interface RequestLike {
  readonly headers:
    | { get(name: string): string | null }
    | { readonly [name: string]: string | readonly string[] | undefined };
}

export interface Verified<Claims = JwtClaims> {
  readonly ok: true;
  readonly claims: Claims;
  readonly header: JoseHeader;
  /** The token's `iss`, which is one of your issuers. */
  readonly issuer: string;
  readonly alg: IssuerAlgorithm;
  readonly kid?: string;
}

/** `issuer_unknown`: `iss` is missing, or is not one of your issuers. */
export type TokenCode = Exclude<TokenErrorCode, "key_invalid"> | "issuer_unknown";

/** The token is not acceptable. Answer with 401. */
export interface TokenFailure {
  readonly ok: false;
  readonly kind: "token";
  readonly code: TokenCode;
  readonly message: string;
  /** The claim that is not acceptable, or `typ`. */
  readonly claim?: string;
  readonly expiredAt?: Date;
  readonly notBefore?: Date;
}

/** The request has no token (answer with 401), or not exactly one (answer with 400). */
export interface RequestFailure {
  readonly ok: false;
  readonly kind: "request";
  readonly code: "token_missing" | "request_malformed";
  readonly message: string;
}

/**
 * - `keys_unreachable`: the issuer does not answer, or with another status than 200.
 * - `keys_malformed`: the answer is not a JWK Set, or not a discovery document.
 * - `issuer_mismatch`: the discovery document is another issuer's, or has its keys on a host that is not allowed.
 */
export type KeysCode = "keys_unreachable" | "keys_malformed" | "issuer_mismatch";

/** The issuer's keys cannot be had, and nothing is known about the token. Answer with 503 and `Retry-After`. */
export interface KeysFailure {
  readonly ok: false;
  readonly kind: "keys";
  readonly code: KeysCode;
  readonly message: string;
  /** The seconds until the keys are fetched again. */
  readonly retryAfter: number;
}

export type Failure = TokenFailure | RequestFailure | KeysFailure;

/** The token is right, and lacks a scope. Answer with 403. */
export interface ScopeFailure {
  readonly ok: false;
  readonly kind: "scope";
  readonly code: "insufficient_scope";
  readonly message: string;
  /** The scopes that the request needs. */
  readonly scopes: readonly string[];
}

/** What a challenge says (RFC 6750 §3). */
export interface ChallengeOptions {
  /** The name of what is protected, in printable ASCII characters. Default: `api`. */
  readonly realm?: string;
  /** The scopes that the request needs. */
  readonly scopes?: string | readonly string[];
}

/** The runtime's `Response`, where it is known. */
export type ResponseLike = typeof globalThis extends { Response: { prototype: infer R } } ? R : object;

/**
 * Returns the response for a failure: a challenge (RFC 6750 §3) with a problem document (RFC 9457) that has the failure's
 * code. The status is 401, 400 for a request with two tokens, 403 for a missing scope, or 503 with `Retry-After` if the
 * keys cannot be had. The response has fixed texts only: nothing of the token, and no message of the failure.
 * @throws {TypeError} it is not a failure, or an option is wrong
 * @example
 * const result = await verifier.authenticate(request, ctx);
 * if (!result.ok) return toResponse(result, { realm: "notes" });
 */
export function toResponse(failure: Failure | ScopeFailure, options?: ChallengeOptions): ResponseLike;

/**
 * Returns the result itself, or a failure if its token lacks one of these scopes. They are in the claim `scope` or else in
 * `scp`, as a text with spaces or as a list.
 * @throws {TypeError} a scope has a space or a quote, or there is none
 * @example
 * const result = requireScopes(await verifier.authenticate(request, ctx), ["notes:write"]);
 * if (!result.ok) return toResponse(result);
 */
export function requireScopes<Result extends { readonly ok: boolean }>(
  result: Result,
  scopes: string | readonly string[],
): Result | ScopeFailure;

export interface IssuerVerifier<Claims = JwtClaims> {
  /**
   * Verifies a token. Never rejects because of a token or a key server. Give the context of the request if there is
   * one: keys are then renewed after the response.
   * @throws {TypeError} the token is not a string
   * @example
   * const result = await verifier.verify(token, ctx);
   * if (result.ok) console.log(result.claims.sub);
   * else if (result.kind === "keys") console.log(`try again in ${result.retryAfter} s`);
   */
  verify(token: string, context?: VerifyContext): Promise<Verified<Claims> | TokenFailure | KeysFailure>;

  /**
   * Takes the token from the request and verifies it. The token comes from where its issuer puts it: from
   * `Authorization: Bearer …`, unless the issuer or its preset names another place.
   * @example
   * const result = await verifier.authenticate(request, ctx);
   * if (!result.ok) return toResponse(result);
   */
  authenticate(request: RequestLike, context?: VerifyContext): Promise<Verified<Claims> | Failure>;

  /**
   * Fetches the keys of all issuers that are not in memory, for example when a server starts. Returns the failures.
   * @example
   * const failures = await verifier.warm();
   */
  warm(context?: VerifyContext): Promise<readonly KeysFailure[]>;
}

/**
 * Creates a verifier for one or more issuers. Create it once, outside of the request handler: it keeps the keys. It
 * makes no request before the first token.
 * @throws {TypeError} an option is missing, misspelt or out of range
 * @example
 * import { createVerifier } from "portcullis/issuer";
 * import { google } from "portcullis/issuer/presets";
 *
 * const verifier = createVerifier([google({ audience: "123.apps.googleusercontent.com" })]);
 */
export function createVerifier<const I extends readonly Issuer<unknown>[]>(
  issuers: I,
  policy?: KeyPolicy,
): IssuerVerifier<ClaimsOf<I>>;

/**
 * Keeps key sets in memory, for several verifiers of one process.
 * @example
 * const store = memoryStore();
 */
export function memoryStore(): KeyStore;

/** What `cacheApiStore` needs of a cache. */
export interface CacheLike {
  match(url: string): Promise<unknown>;
  put(url: string, response: never): Promise<unknown>;
}

/**
 * Keeps key sets in a cache of the Cache API. The default is `caches.default` in Workers, which is one cache for each
 * data center, and a cache of its own elsewhere.
 * @example
 * const verifier = createVerifier(issuers, { store: cacheApiStore() });
 */
export function cacheApiStore(cache?: CacheLike): KeyStore;

/** What `kvStore` needs of a namespace. */
export interface KvNamespaceLike {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>;
}

/**
 * Keeps key sets in a namespace of Workers KV, which all data centers share.
 * @throws {TypeError} it is not a namespace
 * @example
 * import { env } from "cloudflare:workers";
 *
 * const verifier = createVerifier(issuers, { store: kvStore(env.KEYS) });
 */
export function kvStore(namespace: KvNamespaceLike): KeyStore;
