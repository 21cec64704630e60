/**
 * JSON Web Tokens, strictly read. All times are seconds since the epoch and
 * all durations seconds, but for what is a `Date`. Nothing needs to be
 * initialised and everything is synchronous.
 */

/** An algorithm of keys that are a secret (RFC 7518 §3.2). */
export type HmacAlgorithm = "HS256" | "HS384" | "HS512";

/** An algorithm that keys can have (RFC 7518 §3.1; `EdDSA` is Ed25519, RFC 8037). */
export type Algorithm = HmacAlgorithm | "EdDSA" | "ES256";

/** A JOSE header (RFC 7515 §4). */
export interface JoseHeader {
  alg: string;
  typ?: string;
  kid?: string;
  [member: string]: unknown;
}

/** The claims of a token (RFC 7519 §4). */
export interface JwtClaims {
  iss?: string;
  sub?: string;
  aud?: string | string[];
  exp?: number;
  nbf?: number;
  iat?: number;
  jti?: string;
  [claim: string]: unknown;
}

/**
 * A JSON Web Key (RFC 7517): `oct` with an `alg` of HMAC, `OKP` on Ed25519 for
 * EdDSA, or `EC` on P-256 for ES256; the latter two private or public.
 */
export interface Jwk {
  kty: string;
  alg?: string;
  kid?: string;
  use?: string;
  key_ops?: string[];
  /** The secret of a key of the type `oct`, in base64url. */
  k?: string;
  /** The curve of a key of the type `OKP` or `EC`. */
  crv?: string;
  /** The public key, or its coordinates, in base64url. */
  x?: string;
  y?: string;
  /** The private key, in base64url. */
  d?: string;
  [member: string]: unknown;
}

/**
 * A JWK Set (RFC 7517 §5), the newest key first. The token's `kid` chooses and
 * an unknown one is refused; without `kid`, the one key of the token's
 * algorithm, if there is just one.
 */
export interface JwkSet {
  keys: Jwk[];
}

export type Key = Jwk | JwkSet;

export type TokenErrorCode =
  | "token_malformed"
  | "token_algorithm_not_allowed"
  | "token_key_unknown"
  | "token_signature_invalid"
  | "token_expired"
  | "token_not_yet_valid"
  | "token_claim_invalid"
  | "key_invalid";

/** Why a token was refused, or a key could not be used. Never holds the token. */
export class TokenError extends Error {
  private constructor();
  readonly name: "TokenError";
  readonly code: TokenErrorCode;
  /** With `token_expired`: since when. */
  readonly expiredAt?: Date;
  /** With `token_not_yet_valid`: from when on. */
  readonly notBefore?: Date;
  /** With `token_claim_invalid`: the claim's name. */
  readonly claim?: string;
}

/**
 * Header and claims of a token. **Not verified**: anyone can have written it,
 * and a type `C` that is given is believed, not checked.
 * @throws {TokenError} `token_malformed`
 */
export function decode<C = JwtClaims>(token: string): { header: JoseHeader; claims: C };
// The last one is what `ReturnType` sees.
export function decode(token: string): { header: JoseHeader; claims: JwtClaims };

export interface InspectOptions {
  /** The time to judge by; the clock's by default. */
  now?: number;
  /** How far clocks may differ; 0 by default. */
  leeway?: number;
}

export interface Inspection<C = JwtClaims> {
  header: JoseHeader;
  claims: C;
  status: "current" | "expired" | "not-yet-valid" | "never-expires";
  issuedAt?: Date;
  notBefore?: Date;
  expiresAt?: Date;
  /** Infinity without an expiry, negative when it is over. */
  secondsLeft: number;
  /** The dates stood in the header, as itsdangerous writes them. */
  legacy: boolean;
}

/**
 * Header, claims and what they say of the token's time. **Not verified.**
 * @throws {TokenError} `token_malformed`; `token_claim_invalid` for a date that is none
 */
export function inspect<C = JwtClaims>(token: string, options?: InspectOptions): Inspection<C>;
export function inspect(token: string, options?: InspectOptions): Inspection;

/** When a token ends; undefined without an expiry. **Not verified.** */
export function expiresAt(token: string): Date | undefined;

/** Infinity without an expiry, negative when it is over. **Not verified.** */
export function secondsLeft(token: string, options?: { now?: number }): number;

/** **Not verified.** */
export function isExpired(token: string, options?: InspectOptions): boolean;

export interface VerifyOptions {
  /** Allowed beside each key having one of its own. */
  algorithms?: Algorithm[];
  issuer?: string | string[];
  /** The token must name one of these. */
  audience?: string | string[];
  subject?: string;
  /** The header's `typ`. */
  type?: string;
  /** How far clocks may differ; 0 by default. */
  leeway?: number;
  /** How long after `iat` a token is accepted at most. */
  maxAge?: number;
  /**
   * Claims that must be there; `["exp"]` by default. `exp` is asked for with
   * them, named or not: only `[]` does without an expiry.
   */
  requiredClaims?: string[];
  /** In bytes; 8192 by default. */
  maxTokenLength?: number;
  /** The time to judge by; the clock's by default. */
  now?: number;
}

/**
 * Verifies signature and claims. The algorithm comes from the key, never from
 * the token; the signature is checked before any claim is read.
 * @throws {TokenError}
 */
export function verify<C = JwtClaims>(
  token: string,
  key: Key,
  options?: VerifyOptions,
): { header: JoseHeader; claims: C };

/** Keys and options, read once and used for many tokens, whose claims are of the type `C`. */
export class Verifier<C = JwtClaims> {
  /** @throws {TokenError} `key_invalid` */
  constructor(key: Key, options?: VerifyOptions);
  /** @throws {TokenError} */
  verify<T = C>(token: string, at?: { now?: number }): { header: JoseHeader; claims: T };
}

export interface SignOptions {
  /** `exp`: this long after now. */
  expiresIn?: number;
  /** `nbf`: this long after now. */
  notBefore?: number;
  issuer?: string;
  audience?: string | string[];
  subject?: string;
  /** The header's `typ`; `JWT` by default. */
  type?: string;
  /** The header's `kid`; the key's own by default. */
  keyId?: string;
  /** Adds a `jti` of 128 random bits. */
  jwtId?: boolean;
  /** The time of signing; the clock's by default. */
  now?: number;
}

/**
 * Signs claims. `iat` is added unless they bring it; a claim that both the
 * claims and the options set is an error. How long the token gets is the caller's
 * matter: verifiers take 8192 bytes by default.
 * @throws {TokenError} `token_claim_invalid`, `token_malformed`, `key_invalid`
 */
export function sign(claims: object, key: Jwk, options?: SignOptions): string;

/** A key and options, read once and used for many tokens, whose claims are of the type `C`. */
export class Signer<C extends object = object> {
  /** @throws {TokenError} `key_invalid` */
  constructor(key: Jwk, options?: SignOptions);
  /** @throws {TokenError} */
  sign(claims: C, at?: { now?: number }): string;
}

/**
 * A JWK of a raw secret; of a string, its UTF-8 is taken. At least 32, 48 or
 * 64 bytes.
 * @throws {TokenError} `key_invalid`
 */
export function secretKey(secret: string | Uint8Array, alg: HmacAlgorithm): Jwk;

/** A new key; its `kid` is its thumbprint (RFC 7638). Of all but HMAC, it is the private one. */
export function generateKey(alg: Algorithm): Jwk;

/**
 * What of a private key everyone may know, to verify with.
 * @throws {TokenError} `key_invalid`, for a key of HMAC as well, which has no such part
 */
export function publicKey(key: Jwk): Jwk;
