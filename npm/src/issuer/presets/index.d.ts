/**
 * Issuers for `createVerifier` of `portcullis/issuer`, with what their documentation says about their tokens. A bundle
 * contains only the presets that it imports.
 */
import type { Issuer, IssuerAlgorithm, IssuerOptions, JwtClaims } from "../index.js";

export interface GoogleOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** Your OAuth client IDs. */
  readonly audience: string | readonly string[];
  /** Accepts only accounts of these Google Workspace domains (the claim `hd`). */
  readonly hostedDomain?: string | readonly string[];
}
/**
 * ID tokens of Sign in with Google.
 * @example
 * google({ audience: "123.apps.googleusercontent.com" });
 */
export function google<C = JwtClaims>(options: GoogleOptions<C>): Issuer<C>;

export interface FirebaseOptions<C = JwtClaims> extends IssuerOptions<C> {
  readonly projectId: string;
}
/**
 * ID tokens of Firebase Authentication. Tokens of the emulator are unsigned and rejected.
 * @example
 * firebase({ projectId: "my-project" });
 */
export function firebase<C = JwtClaims>(options: FirebaseOptions<C>): Issuer<C>;

export interface Auth0Options<C = JwtClaims> extends IssuerOptions<C> {
  /** The domain of the tenant, without a scheme. */
  readonly domain: string;
  /** The identifier of your API. With `token: "id"`, the client ID. */
  readonly audience: string | readonly string[];
  /** Default: `access`. Set `rfc9068` if the API uses that token profile. */
  readonly token?: "access" | "rfc9068" | "id";
}
/**
 * Tokens of Auth0. An API that signs with HS256 cannot be verified with published keys.
 * @example
 * auth0({ domain: "example.eu.auth0.com", audience: "https://api.example" });
 */
export function auth0<C = JwtClaims>(options: Auth0Options<C>): Issuer<C>;

export interface OktaOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The domain of the organization, without a scheme. */
  readonly domain: string;
  /** The custom authorization server, or null for the server of the organization. Default: `default`. */
  readonly authorizationServer?: string | null;
  readonly audience: string | readonly string[];
  /** Default: `access`. The server of the organization has `id` only: its access tokens are for Okta itself. */
  readonly token?: "access" | "id";
}
/**
 * Tokens of Okta.
 * @example
 * okta({ domain: "example.okta.com", audience: "api://default" });
 */
export function okta<C = JwtClaims>(options: OktaOptions<C>): Issuer<C>;

export interface CognitoOptions<C = JwtClaims> extends IssuerOptions<C> {
  readonly userPoolId: string;
  /** The app clients. */
  readonly clientId: string | readonly string[];
  /** Default: `access`. */
  readonly token?: "access" | "id";
}
/**
 * Tokens of an Amazon Cognito user pool.
 * @example
 * cognito({ userPoolId: "eu-west-1_aBcDeFgHi", clientId: "1h57kf5cpq17m0eml12EXAMPLE" });
 */
export function cognito<C = JwtClaims>(options: CognitoOptions<C>): Issuer<C>;

export interface EntraOptions<C = JwtClaims> extends IssuerOptions<C> {
  /**
   * GUIDs of tenants. With `"any"` everybody with an account at Microsoft passes: check `tid` and `oid` yourself.
   */
  readonly tenants: string | readonly string[];
  /** The application ID (version 2), or the App ID URI (version 1). */
  readonly audience: string | readonly string[];
  /** The claim `ver`, which `requestedAccessTokenVersion` of the application's manifest decides. Default: 2. */
  readonly version?: 1 | 2;
  /** Default: `access`. */
  readonly token?: "access" | "id";
  /** The application ID, for an application that has signing keys of its own (claims mapping). */
  readonly appId?: string;
}
/**
 * Tokens of Microsoft Entra ID. Tokens for Microsoft Graph cannot be verified by anybody else.
 * @example
 * entra({ tenants: "9188040d-6c67-4c5b-b112-36a304b66dad", audience: "6731de76-14a6-49ae-97bc-6eba6914391e" });
 */
export function entra<C = JwtClaims>(options: EntraOptions<C>): Issuer<C>;

export interface AppleOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** Bundle IDs and Services IDs. */
  readonly audience: string | readonly string[];
}
/**
 * Identity tokens of Sign in with Apple. `email_verified` may be the text `"true"`.
 * @example
 * apple({ audience: "com.example.app" });
 */
export function apple<C = JwtClaims>(options: AppleOptions<C>): Issuer<C>;

export interface GithubActionsOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The audience that the workflow asks for. Not the default one, which all services of the owner share. */
  readonly audience: string | readonly string[];
  /** Like `octo-org/octo-repo`. One of these four options is required. */
  readonly repository?: string | readonly string[];
  /** Unlike a name, an ID is never given to somebody else. */
  readonly repositoryId?: string | readonly string[];
  readonly repositoryOwner?: string | readonly string[];
  readonly repositoryOwnerId?: string | readonly string[];
}
/**
 * Tokens of GitHub Actions.
 * @example
 * githubActions({ audience: "https://deploy.example", repository: "octo-org/octo-repo" });
 */
export function githubActions<C = JwtClaims>(options: GithubActionsOptions<C>): Issuer<C>;

export interface GitlabOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The address of the instance. Default: `https://gitlab.com`. */
  readonly url?: string;
  /** The `aud` of the job's `id_tokens`. */
  readonly audience: string | readonly string[];
  /** Like `group/project`. One of these four options is required. */
  readonly projectPath?: string | readonly string[];
  readonly projectId?: string | readonly string[];
  readonly namespacePath?: string | readonly string[];
  readonly namespaceId?: string | readonly string[];
}
/**
 * ID tokens of jobs of GitLab CI.
 * @example
 * gitlab({ audience: "https://deploy.example", projectId: "22" });
 */
export function gitlab<C = JwtClaims>(options: GitlabOptions<C>): Issuer<C>;

export interface CloudflareAccessOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The team name, before `.cloudflareaccess.com`. */
  readonly team: string;
  /** The application's AUD tag. */
  readonly audience: string | readonly string[];
}
/**
 * Tokens of Cloudflare Access. `authenticate` takes them from the header `Cf-Access-Jwt-Assertion`.
 * @example
 * cloudflareAccess({ team: "my-team", audience: "32eafc7626e974616deaf0dc3ce63d7bcbed58a2731e84d06bc3cdf1b53c4228" });
 */
export function cloudflareAccess<C = JwtClaims>(options: CloudflareAccessOptions<C>): Issuer<C>;

export interface SupabaseOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The address of the project. */
  readonly url: string;
  /** Default: `authenticated`. */
  readonly audience?: string | readonly string[];
  /** Default: ES256 and RS256. */
  readonly algorithms?: readonly IssuerAlgorithm[];
}
/**
 * Access tokens of Supabase. The project must use signing keys: with the shared secret, it publishes no key.
 * @example
 * supabase({ url: "https://abcdefghij.supabase.co" });
 */
export function supabase<C = JwtClaims>(options: SupabaseOptions<C>): Issuer<C>;

export interface ClerkOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The host of the Frontend API, without a scheme. */
  readonly frontendApi: string;
  /** The origins that may ask for tokens (`azp`). */
  readonly authorizedParties: string | readonly string[];
  /** Accepts sessions with open tasks. Default: false. */
  readonly acceptPending?: boolean;
}
/**
 * Session tokens of Clerk. `authenticate` takes them from `Authorization`, else from the cookie `__session`.
 * @example
 * clerk({ frontendApi: "clerk.example.com", authorizedParties: ["https://example.com"] });
 */
export function clerk<C = JwtClaims>(options: ClerkOptions<C>): Issuer<C>;

export interface WorkosOptions<C = JwtClaims> extends IssuerOptions<C> {
  readonly clientId: string;
  /** The value of `iss`, for a client with a domain of its own. */
  readonly issuer?: string;
}
/**
 * Session tokens of WorkOS AuthKit.
 * @example
 * workos({ clientId: "client_123456789" });
 */
export function workos<C = JwtClaims>(options: WorkosOptions<C>): Issuer<C>;

export interface KeycloakOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The address of Keycloak, without `/realms`. */
  readonly url: string;
  readonly realm: string;
  /** Your client. Add an audience mapper: the default audience of access tokens is `account`. */
  readonly audience: string | readonly string[];
  /** Default: `access`. */
  readonly token?: "access" | "rfc9068" | "id";
  /** Default: RS256. */
  readonly algorithms?: readonly IssuerAlgorithm[];
}
/**
 * Tokens of a Keycloak realm.
 * @example
 * keycloak({ url: "https://id.example.com", realm: "my-realm", audience: "api" });
 */
export function keycloak<C = JwtClaims>(options: KeycloakOptions<C>): Issuer<C>;

export interface ZitadelOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The address of the instance. */
  readonly url: string;
  /** The client ID or the project ID. */
  readonly audience: string | readonly string[];
  /** Default: `access`. */
  readonly token?: "access" | "rfc9068" | "id";
  /** Default: RS256. */
  readonly algorithms?: readonly IssuerAlgorithm[];
}
/**
 * Tokens of Zitadel. The application must ask for JWTs: access tokens are opaque otherwise.
 * @example
 * zitadel({ url: "https://example.zitadel.cloud", audience: "240000000000000000" });
 */
export function zitadel<C = JwtClaims>(options: ZitadelOptions<C>): Issuer<C>;

export interface LogtoOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The address of the tenant. */
  readonly url: string;
  /** The API resource. */
  readonly audience: string | readonly string[];
  /** Default: `access`. */
  readonly token?: "access" | "rfc9068" | "id";
  /** Default: ES384 and RS256. */
  readonly algorithms?: readonly IssuerAlgorithm[];
}
/**
 * Tokens of Logto. A token for no API resource is opaque.
 * @example
 * logto({ url: "https://example.logto.app", audience: "https://api.example" });
 */
export function logto<C = JwtClaims>(options: LogtoOptions<C>): Issuer<C>;

export interface KubernetesOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The cluster's `--service-account-issuer`. */
  readonly issuer: string;
  /** Default: the address in the discovery document. */
  readonly jwksUri?: string;
  /** Further hosts that the discovery document may name. */
  readonly hosts?: readonly string[];
  readonly audience: string | readonly string[];
  /** The service account, like `system:serviceaccount:namespace:name`. Default: every one of the cluster. */
  readonly subject?: string | readonly string[];
  /** Default: RS256. */
  readonly algorithms?: readonly IssuerAlgorithm[];
}
/**
 * Tokens of service accounts of Kubernetes. A token whose pod was deleted verifies until it expires.
 * @example
 * kubernetes({ issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLE", audience: "vault" });
 */
export function kubernetes<C = JwtClaims>(options: KubernetesOptions<C>): Issuer<C>;

export interface PortcullisOptions<C = JwtClaims> extends IssuerOptions<C> {
  /** The Worker's `TOKEN_ISSUER`: its origin, unless it is set. */
  readonly url: string;
  /** The Worker's `TOKEN_AUDIENCE`. */
  readonly audience: string | readonly string[];
  /** Default: EdDSA and ES256. */
  readonly algorithms?: readonly IssuerAlgorithm[];
}
/**
 * Access tokens of this project's Worker, if it signs with EdDSA or ES256 (`SIGNING_KEYS`).
 * @example
 * portcullis({ url: "https://login.example.com", audience: "api" });
 */
export function portcullis<C = JwtClaims>(options: PortcullisOptions<C>): Issuer<C>;
