import { address, choice, issuerOf, options } from "./preset.js";

const NAMES = ["url", "audience", "token", "algorithms"];

/** Zitadel. Access tokens are opaque unless the application asks for JWTs. */
export function zitadel(given) {
  const { url, audience, token = "access", algorithms = ["RS256"] } = options("zitadel", given, NAMES);
  const issuer = address("zitadel", "url", url, "https://example.zitadel.cloud");
  return issuerOf("zitadel", given, {
    issuer,
    keys: { jwksUri: `${issuer}/oauth/v2/keys` },
    algorithms,
    audience,
    token: choice("zitadel", "token", token, ["access", "rfc9068", "id"]),
  });
}
