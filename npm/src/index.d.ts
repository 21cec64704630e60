declare global {
  interface SymbolConstructor {
    /** TypeScript's `esnext.disposable` declares the same. */
    readonly dispose: unique symbol;
  }
}

/**
 * Inspects, verifies and signs JSON Web Tokens. Every call is synchronous, and there is nothing to initialize. Tokens
 * are read strictly: for example, a token with a duplicate member name or with base64url that is not canonical is
 * rejected.
 * Points in time are seconds since the epoch and durations are seconds, except where the type is `Date`.
 * A wrong argument or option is a `TypeError`.
 */

/** The algorithms whose key is a shared secret (RFC 7518 §3.2). */
export type HmacAlgorithm = "HS256" | "HS384" | "HS512";

/**
 * The algorithms that sign and verify (RFC 7518 §3.1). `EdDSA` is Ed25519 (RFC 8037), and so is `Ed25519` (RFC 9864),
 * which older libraries do not know.
 */
export type SigningAlgorithm = HmacAlgorithm | "EdDSA" | "Ed25519" | "ES256";

/** The algorithms of RSA keys, which only verify (RFC 7518 §3.3, §3.5). */
export type RsaAlgorithm = "RS256" | "RS384" | "RS512" | "PS256" | "PS384" | "PS512";

/** The algorithms that a key can have. */
export type Algorithm = SigningAlgorithm | RsaAlgorithm;

/** A JOSE header (RFC 7515 §4). */
export interface JoseHeader {
  alg: string;
  typ?: string;
  kid?: string;
  [member: string]: unknown;
}

/** The claims that RFC 7519 §4.1 registers. */
export interface RegisteredClaims {
  iss?: string;
  sub?: string;
  aud?: string | string[];
  exp?: number;
  nbf?: number;
  iat?: number;
  jti?: string;
}

/** The claims of a token (RFC 7519 §4). */
export interface JwtClaims extends RegisteredClaims {
  [claim: string]: unknown;
}

/**
 * A JSON Web Key (RFC 7517): `oct` with an HMAC `alg`, `OKP` on Ed25519 for `EdDSA`, `EC` on P-256 for `ES256`, or
 * `RSA` with 2048 to 8192 bits. A key of type `OKP` or `EC` is private or public, an `RSA` key is public.
 */
export interface Jwk {
  kty: string;
  alg?: string;
  kid?: string;
  use?: string;
  key_ops?: string[];
  /** The secret of a key of type `oct`, in base64url. */
  k?: string;
  /** The curve of a key of type `OKP` or `EC`. */
  crv?: string;
  /** The public key, or the x coordinate of a key of type `EC`, in base64url. */
  x?: string;
  /** The y coordinate of a key of type `EC`, in base64url. */
  y?: string;
  /** The private key, in base64url. */
  d?: string;
  /** The modulus of a key of type `RSA`, in base64url. */
  n?: string;
  /** The exponent of a key of type `RSA`, in base64url. */
  e?: string;
  [member: string]: unknown;
}

/**
 * A JWK Set (RFC 7517 §5), the newest key first. The token's `kid` chooses the key, and an unknown `kid` is
 * rejected. For a token without `kid`, the set must have exactly one key of the token's algorithm.
 */
export interface JwkSet {
  keys: Jwk[];
}

/**
 * A JSON Web Key as a parameter: a `Jwk`, or what jose (`JWK`), the DOM (`JsonWebKey`) and Node
 * (`key.export({ format: "jwk" })`) call a JWK. Their types say less; a key that is not usable is `key_invalid`.
 */
export interface JwkInput {
  kty?: string | undefined;
  alg?: string | undefined;
  kid?: string | undefined;
  use?: string | undefined;
  key_ops?: readonly string[] | undefined;
  k?: string | undefined;
  crv?: string | undefined;
  x?: string | undefined;
  y?: string | undefined;
  d?: string | undefined;
  n?: string | undefined;
  e?: string | undefined;
}

/** A JWK Set as a parameter: a `JwkSet`, or jose's `JSONWebKeySet`. */
export interface JwkSetInput {
  keys: readonly JwkInput[];
}

export type Key = JwkInput | JwkSetInput;

export type TokenErrorCode =
  /** The text is not a signed token, is too long, or asks for an extension that is not supported. */
  | "token_malformed"
  /** The header's `alg` is not the key's algorithm, or is not in `algorithms`. */
  | "token_algorithm_not_allowed"
  /** No key has the token's `kid`, or the token has no `kid` and several keys would fit. */
  | "token_key_unknown"
  /** The signature does not match: the token was changed, or another key signed it. */
  | "token_signature_invalid"
  /** The token has expired, by its `exp` or by `maxAge`, and every other check passed. */
  | "token_expired"
  /** The token's `nbf` is in the future. */
  | "token_not_yet_valid"
  /** A claim is missing, has the wrong type or a wrong value, is an `iat` in the future, or is set twice in `sign`. */
  | "token_claim_invalid"
  /** The key is malformed, too short, or does not support the operation. */
  | "key_invalid";

/**
 * Says why a token was rejected or a key is not usable. It never contains the token. `instanceof` also works for
 * errors of another copy of the package.
 * @example
 * if (error instanceof TokenError && error.code === "token_expired") console.log(error.expiredAt);
 */
export class TokenError extends Error {
  private constructor();
  readonly name: "TokenError";
  readonly code: TokenErrorCode;
  /** With `token_expired`: when the token expired. */
  readonly expiredAt?: Date;
  /** With `token_not_yet_valid`: when the token becomes valid. */
  readonly notBefore?: Date;
  /** With `token_claim_invalid`: the claim's name. */
  readonly claim?: string;
}

/**
 * Says that the engine does not run the WebAssembly module, and what to do. The import never throws; each call that
 * needs the module does. `cause` is the engine's error.
 * @example
 * if (error instanceof ModuleError) console.error(error.message);
 */
export class ModuleError extends Error {
  private constructor();
  readonly name: "ModuleError";
  readonly code: "module_unavailable";
}

/**
 * Compiles the module asynchronously. Only browsers that refuse to compile it at the first call need this: Chrome and
 * Edge up to 114.
 * @throws {ModuleError} `module_unavailable`
 * @example
 * await ready();
 */
export function ready(): Promise<void>;

export interface DecodeOptions {
  /** The longest token, in bytes. Default: 8192. */
  maxTokenLength?: number;
}

/**
 * Returns the header and the claims of a token. **Not verified**: anyone can have written them. The type `C` is
 * not checked at run time.
 * @throws {TokenError} `token_malformed`
 * @example
 * const { header, claims } = decode(token);
 */
export function decode<C = JwtClaims>(token: string, options?: DecodeOptions): { header: JoseHeader; claims: C };
// TypeScript uses the last overload for `ReturnType`.
export function decode(token: string, options?: DecodeOptions): { header: JoseHeader; claims: JwtClaims };

export interface InspectOptions extends DecodeOptions {
  /** The time for the check, in seconds since the epoch. Default: the clock. */
  now?: number;
  /** How far clocks may differ, in seconds. Default: 0. */
  leeway?: number;
}

export interface Inspection<C = JwtClaims> {
  header: JoseHeader;
  claims: C & RegisteredClaims;
  status: "current" | "expired" | "not-yet-valid" | "never-expires";
  /** The time of issue: `iat`. */
  issuedAt?: Date;
  /** The time from which the token is valid: `nbf`. */
  notBefore?: Date;
  /** The expiry: `exp`. */
  expiresAt?: Date;
  /** Infinity for a token that never expires, negative after the expiry. */
  secondsLeft: number;
  /** True if the dates are in the header, as in tokens of itsdangerous. */
  legacy: boolean;
}

/**
 * Returns the header, the claims and the token's times. **Not verified**: anyone can have written them.
 * @throws {TokenError} `token_malformed`; `token_claim_invalid` if a date is not a valid number
 * @example
 * const { claims, status, secondsLeft } = inspect(token);
 */
export function inspect<C = JwtClaims>(token: string, options?: InspectOptions): Inspection<C>;
export function inspect(token: string, options?: InspectOptions): Inspection;

/**
 * Returns when a token expires, or undefined if it never does. **Not verified.**
 * @throws {TokenError} `token_malformed`, `token_claim_invalid`
 * @example
 * console.log(expiresAt(token)?.toISOString() ?? "never");
 */
export function expiresAt(token: string, options?: DecodeOptions): Date | undefined;

/**
 * Returns the seconds until a token expires: Infinity if it never does, negative after the expiry.
 * **Not verified.**
 * @throws {TokenError} `token_malformed`, `token_claim_invalid`
 * @example
 * if (secondsLeft(token) < 60) console.log("expires within a minute");
 */
export function secondsLeft(token: string, options?: Omit<InspectOptions, "leeway">): number;

/**
 * Returns whether a token has expired. **Not verified.**
 * @throws {TokenError} `token_malformed`, `token_claim_invalid`
 * @example
 * if (isExpired(token, { leeway: 30 })) console.log("log in again");
 */
export function isExpired(token: string, options?: InspectOptions): boolean;

export interface VerifyOptions {
  /**
   * The allowed algorithms. Each key also allows only its own algorithm. An `RSA` key without `alg` verifies the
   * algorithms of this list that are RSA's.
   */
  algorithms?: readonly Algorithm[];
  /** The required `iss`; of an array, one must match. */
  issuer?: string | readonly string[];
  /** The required `aud`; of an array, one must match. */
  audience?: string | readonly string[];
  /** The required `sub`. */
  subject?: string;
  /** The required `typ` of the header. */
  type?: string;
  /** How far clocks may differ, in seconds. Default: 0. */
  leeway?: number;
  /**
   * The longest time since `iat`, in seconds. An older token has expired. With this option, a token without `iat` and a
   * token whose `iat` is in the future are rejected.
   */
  maxAge?: number;
  /**
   * The claims that a token must have. Default: `["exp"]`. Every other list also requires `exp`, even if it does not
   * name `exp`. Only the empty list `[]` allows a token that never expires.
   */
  requiredClaims?: readonly string[];
  /** The longest token, in bytes. Default: 8192. */
  maxTokenLength?: number;
  /** The time for the check, in seconds since the epoch. Default: the clock. */
  now?: number;
}

/**
 * Verifies the signature and the claims of a token. The algorithm comes from the key, never from the token. The
 * signature is checked before any claim is read.
 * @throws {TokenError} every code
 * @example
 * const key = secretKey(process.env.SECRET_KEY, "HS512");
 * const { claims } = verify(token, key, { issuer: "https://login.example" });
 */
export function verify<C = JwtClaims>(
  token: string,
  key: Key,
  options?: VerifyOptions,
): { header: JoseHeader; claims: C };

/**
 * Reads keys and options once, to verify many tokens. The claims have the type `C`, which is not checked at run
 * time.
 * @example
 * const verifier = new Verifier(key, { issuer: "https://login.example" });
 * const { claims } = verifier.verify(token);
 */
export class Verifier<C = JwtClaims> {
  /** @throws {TokenError} `key_invalid`, also for an unknown name in `algorithms` */
  constructor(key: Key, options?: VerifyOptions);
  /**
   * Verifies a token; see the function `verify`.
   * @throws {TokenError} every code except `key_invalid`
   */
  verify<T = C>(token: string, at?: { now?: number }): { header: JoseHeader; claims: T };
  /** Frees the module's memory now, not when the garbage collector runs. `using` calls it. */
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface SignOptions {
  /** Sets `exp`, as seconds from now. */
  expiresIn?: number;
  /** Sets `nbf`, as seconds from now. */
  notBefore?: number;
  /** Sets `iss`. */
  issuer?: string;
  /** Sets `aud`. */
  audience?: string | readonly string[];
  /** Sets `sub`. */
  subject?: string;
  /** The header's `typ`. Default: `JWT`. */
  type?: string;
  /** The header's `kid`. Default: the key's `kid`. */
  keyId?: string;
  /** Adds a `jti` of 128 random bits. */
  jwtId?: boolean;
  /** The time of signing, in seconds since the epoch. Default: the clock. */
  now?: number;
}

/**
 * Signs claims and returns the token. Adds `iat` if the claims have none. A claim that both the claims and the
 * options set is an error. The length of the token is not limited here; verifiers accept 8192 bytes by default.
 * @throws {TokenError} `token_claim_invalid`, `token_malformed`, `key_invalid`
 * @example
 * const token = sign({ sub: "1" }, key, { expiresIn: 3600, issuer: "https://login.example" });
 */
export function sign(claims: object, key: JwkInput, options?: SignOptions): string;

/**
 * Reads a key and options once, to sign many tokens. The claims have the type `C`, which is not checked at run
 * time.
 * @example
 * const signer = new Signer(key, { expiresIn: 3600 });
 * const token = signer.sign({ sub: "1" });
 */
export class Signer<C extends object = object> {
  /** @throws {TokenError} `key_invalid`; `token_claim_invalid` if an audience is empty */
  constructor(key: JwkInput, options?: SignOptions);
  /**
   * Signs claims; see the function `sign`.
   * @throws {TokenError} `token_claim_invalid`, `token_malformed`
   */
  sign(claims: C, at?: { now?: number }): string;
  /** Frees the module's memory now, not when the garbage collector runs. `using` calls it. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * Makes a JWK from a secret: bytes, or the UTF-8 of a string. Base64 is not decoded. The secret needs at least
 * 32 bytes for `HS256`, 48 for `HS384` and 64 for `HS512`.
 * @throws {TokenError} `key_invalid`
 * @example
 * const key = secretKey(process.env.SECRET_KEY, "HS512");
 */
export function secretKey(secret: string | Uint8Array, alg: HmacAlgorithm): Jwk;

/**
 * Generates a private or secret key. Its `kid` is its thumbprint (RFC 7638).
 * @throws {TokenError} `key_invalid` for an unknown algorithm
 * @example
 * const key = generateKey("EdDSA");
 * const token = sign({ sub: "1" }, key, { expiresIn: 3600 });
 */
export function generateKey(alg: SigningAlgorithm): Jwk;

/**
 * Returns the public part of a key pair, which verifies its tokens and may be published.
 * @throws {TokenError} `key_invalid`, also for an HMAC key, which has no public part
 * @example
 * verify(token, publicKey(key));
 */
export function publicKey(key: JwkInput): Jwk;
