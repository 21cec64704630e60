import { choice, issuerOf, options, part } from "./preset.js";

/** Amazon Cognito. Access tokens have no `aud`: the claim `client_id` names the application. */
export function cognito(given) {
  const { userPoolId, clientId, token = "access" } = options("cognito", given, ["userPoolId", "clientId", "token"]);
  const pool = part(
    "cognito",
    "userPoolId",
    userPoolId,
    /^[a-z]+(?:-[a-z]+)+-\d+_[A-Za-z0-9]+$/,
    "eu-west-1_aBcDeFgHi",
  );
  const region = pool.slice(0, pool.indexOf("_"));
  const top = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  const issuer = `https://cognito-idp.${region}.${top}/${pool}`;
  const kind = choice("cognito", "token", token, ["access", "id"]);
  const clients = [clientId].flat();
  return issuerOf("cognito", given, {
    issuer,
    keys: { jwksUri: `${issuer}/.well-known/jwks.json` },
    algorithms: ["RS256"],
    audience: kind === "id" ? clients : { claim: "client_id", oneOf: clients },
    token: kind,
    claimValues: { token_use: kind },
  });
}
