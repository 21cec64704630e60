import { choice, host, issuerOf, options, part } from "./preset.js";

const NAMES = ["domain", "authorizationServer", "audience", "token"];

/**
 * Okta, with a custom authorization server. The org's own server (`authorizationServer: null`) issues access tokens
 * for Okta only, so of that server ID tokens are accepted and nothing else.
 */
export function okta(given) {
  const { domain, authorizationServer = "default", audience, token = "access" } = options("okta", given, NAMES);
  const origin = `https://${host("okta", "domain", domain, "example.okta.com")}`;
  const isOrg = authorizationServer === null;
  const server = isOrg ? "" : part("okta", "authorizationServer", authorizationServer, /^\w+$/, "default");
  return issuerOf("okta", given, {
    issuer: isOrg ? origin : `${origin}/oauth2/${server}`,
    keys: { jwksUri: `${origin}/oauth2/${isOrg ? "" : `${server}/`}v1/keys` },
    algorithms: ["RS256"],
    audience,
    token: choice("okta", "token", token, isOrg ? ["id"] : ["access", "id"]),
  });
}
