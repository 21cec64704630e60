import { issuerOf, options, part } from "./preset.js";

/**
 * Cloudflare Access. The token comes in a header of its own; the cookie is not always sent. A service token has an
 * empty `sub` and a `common_name`.
 */
export function cloudflareAccess(given) {
  const { team, audience } = options("cloudflareAccess", given, ["team", "audience"]);
  const name = part("cloudflareAccess", "team", team, /^[a-z0-9-]+$/, "my-team");
  const issuer = `https://${name}.cloudflareaccess.com`;
  return issuerOf("cloudflareAccess", given, {
    issuer,
    keys: { jwksUri: `${issuer}/cdn-cgi/access/certs` },
    algorithms: ["RS256"],
    audience,
    token: "access",
    from: [{ header: "Cf-Access-Jwt-Assertion" }],
    claimValues: { type: "app" },
  });
}
