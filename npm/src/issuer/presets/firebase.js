import { issuerOf, options, part } from "./preset.js";

/** Firebase Authentication. The audience is the project. Tokens of the emulator are unsigned and rejected. */
export function firebase(given) {
  const { projectId } = options("firebase", given, ["projectId"]);
  const project = part("firebase", "projectId", projectId, /^[a-z0-9-]+$/, "my-project");
  return issuerOf("firebase", given, {
    issuer: `https://securetoken.google.com/${project}`,
    // The SDK's own address serves certificates and not a JWK Set.
    keys: {
      jwksUri: "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    },
    algorithms: ["RS256"],
    audience: project,
    token: "id",
    requiredClaims: ["auth_time"],
  });
}
