import { address, issuerOf, options } from "./preset.js";

/** The Worker of this project, if it signs with public keys (`SIGNING_KEYS` with EdDSA or ES256). */
export function portcullis(given) {
  const {
    url,
    audience,
    algorithms = ["EdDSA", "ES256"],
  } = options("portcullis", given, ["url", "audience", "algorithms"]);
  const issuer = address("portcullis", "url", url, "https://login.example.com");
  return issuerOf("portcullis", given, {
    issuer,
    keys: { jwksUri: `${issuer}/.well-known/jwks.json` },
    algorithms,
    audience,
    token: "access",
    requiredClaims: ["sub", "iat", "jti"],
  });
}
