import { host, issuerOf, options } from "./preset.js";

/**
 * Clerk. The session token comes as a bearer token or in the cookie `__session`. It has no `aud`: the claim `azp`
 * names the origin that asked for it. A session with open tasks (`sts: "pending"`) is refused.
 */
export function clerk(given) {
  const names = ["frontendApi", "authorizedParties", "acceptPending"];
  const { frontendApi, authorizedParties, acceptPending = false } = options("clerk", given, names);
  const issuer = `https://${host("clerk", "frontendApi", frontendApi, "clerk.example.com")}`;
  return issuerOf("clerk", given, {
    issuer,
    keys: { jwksUri: `${issuer}/.well-known/jwks.json` },
    algorithms: ["RS256"],
    audience: { claim: "azp", oneOf: authorizedParties },
    token: "access",
    from: ["bearer", { cookie: "__session" }],
    requiredClaims: ["sub", "sid"],
    ...(acceptPending !== true && { refusedValues: { sts: "pending" } }),
  });
}
