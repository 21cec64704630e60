import { issuerOf, options } from "./preset.js";

/** Sign in with Google. Google writes `iss` with and without the scheme. */
export function google(given) {
  const { audience, hostedDomain } = options("google", given, ["audience", "hostedDomain"]);
  return issuerOf("google", given, {
    issuer: ["https://accounts.google.com", "accounts.google.com"],
    keys: { jwksUri: "https://www.googleapis.com/oauth2/v3/certs" },
    algorithms: ["RS256"],
    audience,
    token: "id",
    ...(hostedDomain !== undefined && { claimValues: { hd: hostedDomain } }),
  });
}
