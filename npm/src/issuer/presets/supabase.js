import { address, issuerOf, options } from "./preset.js";

/**
 * Supabase. A project that signs with its shared secret (HS256) publishes an empty key set: change the project to
 * signing keys first.
 */
export function supabase(given) {
  const read = options("supabase", given, ["url", "audience", "algorithms"]);
  const url = address("supabase", "url", read.url, "https://abcdefghij.supabase.co");
  return issuerOf("supabase", given, {
    issuer: `${url}/auth/v1`,
    keys: { jwksUri: `${url}/auth/v1/.well-known/jwks.json` },
    algorithms: read.algorithms ?? ["ES256", "RS256"],
    audience: read.audience ?? "authenticated",
    token: "access",
    requiredClaims: ["sub", "role"],
  });
}
