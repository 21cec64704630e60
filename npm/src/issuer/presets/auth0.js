import { choice, host, issuerOf, options } from "./preset.js";

/**
 * Auth0. `iss` ends in a slash. Set `token: "rfc9068"` if the API uses that profile. An API that signs with HS256
 * cannot be verified with published keys.
 */
export function auth0(given) {
  const { domain, audience, token = "access" } = options("auth0", given, ["domain", "audience", "token"]);
  const origin = `https://${host("auth0", "domain", domain, "example.eu.auth0.com")}`;
  return issuerOf("auth0", given, {
    issuer: `${origin}/`,
    keys: { jwksUri: `${origin}/.well-known/jwks.json` },
    algorithms: ["RS256"],
    audience,
    token: choice("auth0", "token", token, ["access", "rfc9068", "id"]),
  });
}
