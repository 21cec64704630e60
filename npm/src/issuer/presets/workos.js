import { address, issuerOf, options, part } from "./preset.js";

/** WorkOS. The session token has no `aud`: the keys at the client's own address bind it to the client. */
export function workos(given) {
  const { clientId, issuer } = options("workos", given, ["clientId", "issuer"]);
  const client = part("workos", "clientId", clientId, /^\w+$/, "client_0123456789ABCDEFGHJKMNPQRS");
  const api = "https://api.workos.com";
  if (issuer !== undefined) address("workos", "issuer", issuer, "https://auth.example.com");
  return issuerOf("workos", given, {
    // `issuer` is for a client with a domain of its own.
    issuer: issuer ?? [`${api}/user_management/${client}`, api, `${api}/`],
    keys: { jwksUri: `${api}/sso/jwks/${client}` },
    algorithms: ["RS256"],
    audience: { unchecked: "the key set contains only keys of this client" },
    token: "access",
    requiredClaims: ["sub", "sid"],
  });
}
