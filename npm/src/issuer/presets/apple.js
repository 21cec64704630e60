import { issuerOf, options } from "./preset.js";

/** Sign in with Apple. The audience is a bundle ID or a Services ID. `email_verified` may be the text "true". */
export function apple(given) {
  const { audience } = options("apple", given, ["audience"]);
  return issuerOf("apple", given, {
    issuer: "https://appleid.apple.com",
    keys: { jwksUri: "https://appleid.apple.com/auth/keys" },
    algorithms: ["RS256"],
    audience,
    token: "id",
  });
}
