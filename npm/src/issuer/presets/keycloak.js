import { address, choice, issuerOf, options, part } from "./preset.js";

const NAMES = ["url", "realm", "audience", "token", "algorithms"];
const TYPES = { access: "Bearer", rfc9068: "Bearer", id: "ID" };

/**
 * Keycloak. The claim `typ` tells access tokens from ID tokens. Access tokens often have `aud: "account"`: add an
 * audience mapper to the client.
 */
export function keycloak(given) {
  const { url, realm, audience, token = "access", algorithms = ["RS256"] } = options("keycloak", given, NAMES);
  const top = address("keycloak", "url", url, "https://id.example.com");
  const name = part("keycloak", "realm", realm, /^[^/?#\s]+$/, "my-realm");
  const issuer = `${top}/realms/${name}`;
  return issuerOf("keycloak", given, {
    issuer,
    keys: { jwksUri: `${issuer}/protocol/openid-connect/certs` },
    algorithms,
    audience,
    token: choice("keycloak", "token", token, Object.keys(TYPES)),
    claimValues: { typ: TYPES[token] },
  });
}
