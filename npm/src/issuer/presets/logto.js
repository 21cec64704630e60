import { address, choice, issuerOf, options } from "./preset.js";

const NAMES = ["url", "audience", "token", "algorithms"];

/** Logto. The audience of an access token is the API resource. Without a resource the token is opaque. */
export function logto(given) {
  const { url, audience, token = "access", algorithms = ["ES384", "RS256"] } = options("logto", given, NAMES);
  const issuer = `${address("logto", "url", url, "https://example.logto.app")}/oidc`;
  return issuerOf("logto", given, {
    issuer,
    keys: { jwksUri: `${issuer}/jwks` },
    algorithms,
    audience,
    token: choice("logto", "token", token, ["access", "rfc9068", "id"]),
  });
}
