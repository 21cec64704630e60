// Every issuer of the presets as it documents itself: where its keys are, what members they have, what its tokens
// look like, and tokens that must be rejected. The keys are fresh. `bad` has by name [claims, code, header].
import * as presets from "../../../npm/src/issuer/presets/index.js";

const NOW = 1_800_000_000;
const dates = { iat: NOW, exp: NOW + 3600 };
const CLAIM = "token_claim_invalid";
const TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad";
const OTHER_TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const APP = "6731de76-14a6-49ae-97bc-6eba6914391e";
const x5c = {
  x5c: ["MIIC+DCCAeCgAwIBAgIJBIGjYW6hFpn2MA0GCSqGSIb3DQEBBQUAMCMxITAfBgNVBAMTGGN1"],
  x5t: "NjVBRjY5MDlCMUIwNzU4",
};
const used = { use: "sig", alg: "RS256" };

/** Wrong for every issuer. */
const common = (claims) => ({
  "for another audience": [{ ...claims, aud: "other", client_id: "other", azp: "https://other.example" }, CLAIM],
  "of another issuer": [{ ...claims, iss: "https://evil.example/" }, "issuer_unknown"],
  "with a slash more in the issuer": [{ ...claims, iss: `${claims.iss}/` }, "issuer_unknown"],
  "that has expired": [{ ...claims, exp: NOW - 1 }, "token_expired"],
  "without an expiry": [{ ...claims, exp: undefined }, CLAIM],
  "that is not yet valid": [{ ...claims, nbf: NOW + 60 }, "token_not_yet_valid"],
});

const google = {
  issuer: presets.google({ audience: "123.apps.googleusercontent.com" }),
  url: "https://www.googleapis.com/oauth2/v3/certs",
  headers: { "cache-control": "public, max-age=24873, must-revalidate, no-transform", age: "5059" },
  claims: {
    ...{ iss: "https://accounts.google.com", azp: "123.apps.googleusercontent.com", ...dates },
    ...{ aud: "123.apps.googleusercontent.com", sub: "110169484474386276334", email: "a@example.com" },
  },
  also: { "whose issuer has no scheme": { iss: "accounts.google.com" } },
  bad: (claims) => ({ "that is an access token": [claims, CLAIM, { typ: "at+jwt" }] }),
};

const googleOfOneDomain = {
  ...google,
  issuer: presets.google({ audience: "123.apps.googleusercontent.com", hostedDomain: "example.com" }),
  claims: { ...google.claims, hd: "example.com" },
  bad: (claims) => ({
    "of another domain": [{ ...claims, hd: "other.example" }, CLAIM],
    "of a private account": [{ ...claims, hd: undefined }, CLAIM],
  }),
};

const firebase = {
  issuer: presets.firebase({ projectId: "my-project" }),
  url: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
  claims: {
    ...{ iss: "https://securetoken.google.com/my-project", aud: "my-project", sub: "uid", user_id: "uid", ...dates },
    ...{ auth_time: NOW - 5, firebase: { identities: {}, sign_in_provider: "password" } },
  },
  bad: (claims) => ({
    "of another project": [{ ...claims, iss: "https://securetoken.google.com/other", aud: "other" }, "issuer_unknown"],
    "without the time of the login": [{ ...claims, auth_time: undefined }, CLAIM],
  }),
};

const auth0 = {
  issuer: presets.auth0({ domain: "example.eu.auth0.com", audience: "https://api.example" }),
  url: "https://example.eu.auth0.com/.well-known/jwks.json",
  headers: { "cache-control": "public, max-age=15" },
  members: { ...used, ...x5c },
  claims: {
    ...{ iss: "https://example.eu.auth0.com/", sub: "auth0|1", azp: "client", scope: "openid profile", ...dates },
    aud: ["https://api.example", "https://example.eu.auth0.com/userinfo"],
  },
  bad: (claims) => ({
    "whose issuer has no slash": [{ ...claims, iss: "https://example.eu.auth0.com" }, "issuer_unknown"],
    "that is an ID token": [{ ...claims, aud: "client" }, CLAIM],
  }),
};

const auth0WithTheProfile = {
  ...auth0,
  issuer: presets.auth0({ domain: "example.eu.auth0.com", audience: "https://api.example", token: "rfc9068" }),
  header: { typ: "at+jwt" },
  claims: { ...auth0.claims, client_id: "client", jti: "1" },
  bad: (claims) => ({
    "of the other profile": [{ ...claims, client_id: undefined }, CLAIM],
    "of the type JWT": [claims, CLAIM, { typ: "JWT" }],
  }),
};

const okta = {
  issuer: presets.okta({ domain: "example.okta.com", audience: "api://default" }),
  url: "https://example.okta.com/oauth2/default/v1/keys",
  header: { typ: undefined },
  claims: {
    ...{ ver: 1, jti: "AT.1", iss: "https://example.okta.com/oauth2/default", aud: "api://default", ...dates },
    ...{ cid: "client", uid: "user", scp: ["openid"], sub: "a@example.com" },
  },
  bad: (claims) => ({ "of the org's server": [{ ...claims, iss: "https://example.okta.com" }, "issuer_unknown"] }),
};

const oktaOrg = {
  issuer: presets.okta({ domain: "example.okta.com", authorizationServer: null, audience: "client", token: "id" }),
  url: "https://example.okta.com/oauth2/v1/keys",
  header: { typ: undefined },
  claims: { iss: "https://example.okta.com", aud: "client", sub: "user", ...dates },
  bad: (claims) => ({ "that is an access token": [{ ...claims, aud: "https://example.okta.com" }, CLAIM] }),
};

const POOL = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_aBcDeFgHi";
const cognito = {
  issuer: presets.cognito({ userPoolId: "eu-west-1_aBcDeFgHi", clientId: "client" }),
  url: `${POOL}/.well-known/jwks.json`,
  header: { typ: undefined },
  claims: { iss: POOL, client_id: "client", token_use: "access", sub: "user", scope: "openid", jti: "1", ...dates },
  bad: (claims) => ({
    "that is an ID token": [{ ...claims, client_id: undefined, aud: "client", token_use: "id" }, CLAIM],
    "that is an ID token with the claim client_id": [{ ...claims, token_use: "id" }, CLAIM],
  }),
};

const cognitoId = {
  ...cognito,
  issuer: presets.cognito({ userPoolId: "eu-west-1_aBcDeFgHi", clientId: ["other", "client"], token: "id" }),
  claims: { iss: POOL, aud: "client", token_use: "id", sub: "user", ...dates },
  common: (claims) => ({ "for another audience": [{ ...claims, aud: "third" }, CLAIM] }),
  bad: (claims) => ({ "that is an access token": [{ ...claims, token_use: "access" }, CLAIM] }),
};

const V2 = "https://login.microsoftonline.com";
const entra = {
  issuer: presets.entra({ tenants: TENANT, audience: APP }),
  url: `${V2}/${TENANT}/discovery/v2.0/keys`,
  // Keys have no `alg`, and name an issuer.
  members: { use: "sig", ...x5c, issuer: `${V2}/{tenantid}/v2.0` },
  claims: {
    ...{ aud: APP, iss: `${V2}/${TENANT}/v2.0`, tid: TENANT, ver: "2.0", sub: "user", oid: "user", ...dates },
    ...{ azp: APP, scp: "access_as_user" },
  },
  bad: (claims) => ({
    "of another tenant": [{ ...claims, iss: `${V2}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT }, "issuer_unknown"],
    "whose tid is not the issuer's": [{ ...claims, tid: OTHER_TENANT }, "issuer_unknown"],
    "without a tid": [{ ...claims, tid: undefined }, "issuer_unknown"],
    "of version 1": [{ ...claims, iss: `https://sts.windows.net/${TENANT}/`, ver: "1.0" }, "issuer_unknown"],
    "that says another version": [{ ...claims, ver: "1.0" }, CLAIM],
    "that is the application's ID token": [{ ...claims, azp: undefined }, CLAIM],
  }),
};

const entraOfAnyTenant = {
  ...entra,
  issuer: presets.entra({ tenants: "any", audience: APP }),
  url: `${V2}/common/discovery/v2.0/keys`,
  also: { "of another tenant": { iss: `${V2}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT } },
  bad: (claims) => ({
    "whose tid is not the issuer's": [{ ...claims, tid: OTHER_TENANT }, "issuer_unknown"],
    "whose tid is a path": [{ ...claims, iss: `${V2}/../v2.0`, tid: ".." }, "issuer_unknown"],
  }),
};

const entraWithAKeyOfOneTenant = {
  ...entra,
  issuer: presets.entra({ tenants: [TENANT, OTHER_TENANT], audience: APP }),
  url: `${V2}/common/discovery/v2.0/keys`,
  members: { ...entra.members, issuer: `${V2}/${TENANT}/v2.0` },
  bad: (claims) => ({
    "of another tenant than the key": [
      { ...claims, iss: `${V2}/${OTHER_TENANT}/v2.0`, tid: OTHER_TENANT },
      "token_key_unknown",
    ],
  }),
};

const entra1 = {
  ...entra,
  issuer: presets.entra({ tenants: TENANT, audience: "api://app", version: 1, appId: APP }),
  url: `${V2}/${TENANT}/discovery/keys?appid=${APP}`,
  claims: {
    ...{ aud: "api://app", iss: `https://sts.windows.net/${TENANT}/`, tid: TENANT, ver: "1.0", appid: APP },
    ...{ sub: "user", ...dates },
  },
  bad: (claims) => ({ "of version 2": [{ ...claims, iss: `${V2}/${TENANT}/v2.0`, ver: "2.0" }, "issuer_unknown"] }),
};

const apple = {
  issuer: presets.apple({ audience: "com.example.app" }),
  url: "https://appleid.apple.com/auth/keys",
  header: { typ: undefined },
  claims: {
    ...{ iss: "https://appleid.apple.com", aud: "com.example.app", sub: "001", email_verified: "true", ...dates },
    nonce_supported: true,
  },
  bad: (claims) => ({ "without a subject": [{ ...claims, sub: undefined }, CLAIM] }),
};

const ACTIONS = "https://token.actions.githubusercontent.com";
const githubActions = {
  issuer: presets.githubActions({ audience: "deploy.example", repository: "octo-org/octo-repo" }),
  url: `${ACTIONS}/.well-known/jwks`,
  members: { ...used, ...x5c },
  claims: {
    ...{ iss: ACTIONS, aud: "deploy.example", sub: "repo:octo-org/octo-repo:ref:refs/heads/main", jti: "1", ...dates },
    ...{ repository: "octo-org/octo-repo", repository_owner: "octo-org", repository_id: "74", ref: "refs/heads/main" },
  },
  bad: (claims) => ({
    "of another repository": [{ ...claims, repository: "evil/octo-repo" }, CLAIM],
    "without a repository": [{ ...claims, repository: undefined }, CLAIM],
    "with the default audience": [{ ...claims, aud: "https://github.com/octo-org" }, CLAIM],
  }),
};

const gitlab = {
  issuer: presets.gitlab({ audience: "https://vault.example", projectId: "22" }),
  url: "https://gitlab.com/oauth/discovery/keys",
  headers: { "cache-control": "max-age=86400, public, must-revalidate, no-transform" },
  claims: {
    ...{ iss: "https://gitlab.com", aud: "https://vault.example", sub: "project_path:g/p:ref_type:branch:ref:main" },
    ...{ project_id: "22", project_path: "g/p", namespace_path: "g", jti: "1", ...dates },
  },
  also: { "with several audiences": { aud: ["https://vault.example", "https://other.example"] } },
  bad: (claims) => ({
    "of another project": [{ ...claims, project_id: "23" }, CLAIM],
    "of a person's sign-in": [{ ...claims, project_id: undefined }, CLAIM],
  }),
};

const cloudflareAccess = {
  issuer: presets.cloudflareAccess({ team: "my-team", audience: "32eafc7626e974616deaf0dc3ce63d7bcbed58a2" }),
  url: "https://my-team.cloudflareaccess.com/cdn-cgi/access/certs",
  document: { public_cert: { kid: "1", cert: "-----BEGIN" }, public_certs: [] },
  place: "cf-access-jwt-assertion",
  claims: {
    ...{ iss: "https://my-team.cloudflareaccess.com", aud: ["32eafc7626e974616deaf0dc3ce63d7bcbed58a2"], type: "app" },
    ...{ sub: "7335d417-61da-459d-899c-0a01c76a2f94", email: "a@example.com", identity_nonce: "6e", ...dates },
  },
  also: { "of a service": { sub: "", common_name: "e367826f93b8d71185e03fe518aff3b4.access" } },
  bad: (claims) => ({ "of the team's own page": [{ ...claims, type: "org" }, CLAIM] }),
};

const supabase = {
  issuer: presets.supabase({ url: "https://abcdefghij.supabase.co" }),
  url: "https://abcdefghij.supabase.co/auth/v1/.well-known/jwks.json",
  alg: "ES256",
  members: { use: "sig", alg: "ES256", ext: true, key_ops: ["verify"] },
  claims: {
    ...{ iss: "https://abcdefghij.supabase.co/auth/v1", aud: "authenticated", sub: "user", role: "authenticated" },
    ...{ aal: "aal1", session_id: "1", ...dates },
  },
  bad: (claims) => ({ "without a role": [{ ...claims, role: undefined }, CLAIM] }),
};

const clerk = {
  issuer: presets.clerk({ frontendApi: "clerk.example.com", authorizedParties: ["https://example.com"] }),
  url: "https://clerk.example.com/.well-known/jwks.json",
  claims: {
    ...{ iss: "https://clerk.example.com", azp: "https://example.com", sub: "user_1", sid: "sess_1", v: 2, ...dates },
    ...{ sts: "active", fva: [7, -1] },
  },
  bad: (claims) => ({
    "of another origin": [{ ...claims, azp: "https://evil.example.com" }, CLAIM],
    "without an origin": [{ ...claims, azp: undefined }, CLAIM],
    "of a session with open tasks": [{ ...claims, sts: "pending" }, CLAIM],
  }),
};

const workos = {
  issuer: presets.workos({ clientId: "client_123456789" }),
  url: "https://api.workos.com/sso/jwks/client_123456789",
  members: { ...used, ...x5c },
  header: { typ: undefined },
  claims: { iss: "https://api.workos.com/user_management/client_123456789", sub: "user", sid: "s", jti: "1", ...dates },
  also: { "of the older issuer": { iss: "https://api.workos.com" } },
  // Nothing in the token names the client's application.
  without: "for another audience",
  bad: (claims) => ({
    "of another client": [{ ...claims, iss: "https://api.workos.com/user_management/client_2" }, "issuer_unknown"],
    "without a session": [{ ...claims, sid: undefined }, CLAIM],
  }),
};

const REALM = "https://id.example.com/realms/my-realm";
const keycloak = {
  issuer: presets.keycloak({ url: "https://id.example.com/", realm: "my-realm", audience: "api" }),
  url: `${REALM}/protocol/openid-connect/certs`,
  headers: { "cache-control": "no-cache" },
  members: { ...used, ...x5c },
  more: [{ kid: "enc", kty: "RSA", alg: "RSA-OAEP", use: "enc", n: "xyz", e: "AQAB" }],
  claims: { iss: REALM, aud: ["api", "account"], sub: "user", typ: "Bearer", azp: "web", jti: "1", ...dates },
  bad: (claims) => ({
    "that is an ID token": [{ ...claims, typ: "ID" }, CLAIM],
    "for the account page only": [{ ...claims, aud: "account" }, CLAIM],
    "of another realm": [{ ...claims, iss: "https://id.example.com/realms/master" }, "issuer_unknown"],
  }),
};

const zitadel = {
  issuer: presets.zitadel({
    url: "https://example.zitadel.cloud",
    audience: "project",
    algorithms: ["EdDSA", "RS256"],
  }),
  url: "https://example.zitadel.cloud/oauth/v2/keys",
  headers: { "cache-control": "max-age=300, must-revalidate" },
  alg: "EdDSA",
  members: { use: "sig", alg: "EdDSA" },
  header: { typ: "at+jwt" },
  claims: { iss: "https://example.zitadel.cloud", aud: ["client", "project"], sub: "user", jti: "1", ...dates },
  bad: () => ({}),
};

const logto = {
  issuer: presets.logto({ url: "https://example.logto.app", audience: "https://api.example" }),
  url: "https://example.logto.app/oidc/jwks",
  alg: "ES384",
  header: { typ: "at+jwt" },
  claims: {
    ...{ iss: "https://example.logto.app/oidc", aud: "https://api.example", sub: "user", client_id: "app", jti: "1" },
    ...{ scope: "read", ...dates },
  },
  bad: (claims) => ({ "that is an ID token": [{ ...claims, aud: "app" }, CLAIM] }),
};

const CLUSTER = "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC";
const kubernetes = {
  issuer: presets.kubernetes({
    ...{ issuer: CLUSTER, audience: "vault", subject: "system:serviceaccount:prod:web" },
  }),
  discovery: { url: `${CLUSTER}/.well-known/openid-configuration`, issuer: CLUSTER, jwks_uri: `${CLUSTER}/keys` },
  url: `${CLUSTER}/keys`,
  headers: { "content-type": "application/jwk-set+json", "cache-control": "public, max-age=3600" },
  header: { typ: undefined },
  claims: {
    ...{ iss: CLUSTER, aud: ["vault"], sub: "system:serviceaccount:prod:web", nbf: NOW, jti: "1", ...dates },
    "kubernetes.io": { namespace: "prod", serviceaccount: { name: "web", uid: "1" } },
  },
  bad: (claims) => ({ "of another service account": [{ ...claims, sub: "system:serviceaccount:dev:web" }, CLAIM] }),
};

const portcullis = {
  issuer: presets.portcullis({ url: "https://login.example.com", audience: "api" }),
  url: "https://login.example.com/.well-known/jwks.json",
  alg: "EdDSA",
  members: { use: "sig", alg: "EdDSA" },
  claims: { iss: "https://login.example.com", aud: "api", sub: "1", id: 1, jti: "1", ...dates },
  bad: (claims) => ({ "without an ID": [{ ...claims, jti: undefined }, CLAIM] }),
};

export const MOCKS = {
  ...{ google, googleOfOneDomain, firebase, auth0, auth0WithTheProfile, okta, oktaOrg, cognito, cognitoId },
  ...{ entra, entraOfAnyTenant, entraWithAKeyOfOneTenant, entra1, apple, githubActions, gitlab, cloudflareAccess },
  ...{ supabase, clerk, workos, keycloak, zitadel, logto, kubernetes, portcullis },
};

/** The tokens of a mock that must be rejected. */
export function badTokens({ claims, bad, common: own, without }) {
  const { [without]: _, ...tokens } = { ...common(claims), ...own?.(claims), ...bad(claims) };
  return tokens;
}

export { NOW };
