import { choice, issuerOf, options, part } from "./preset.js";

const NAMES = ["tenants", "audience", "version", "token", "appId"];
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const EXAMPLE = "9188040d-6c67-4c5b-b112-36a304b66dad";
const V2 = "https://login.microsoftonline.com/{tenantid}/v2.0";
const V1 = "https://sts.windows.net/{tenantid}/";

/**
 * Microsoft Entra ID. `tenants` is a tenant's GUID, several, or "any". `version` is the version of the token, which
 * the application's registration decides (`requestedAccessTokenVersion`). `appId` is needed for an application with
 * signing keys of its own.
 */
export function entra(given) {
  const { tenants, audience, version = 2, token = "access", appId } = options("entra", given, NAMES);
  const isAny = tenants === "any";
  const all = isAny ? [] : [tenants].flat().map((tenant) => part("entra", "tenants", tenant, GUID, EXAMPLE));
  choice("entra", "version", version, [1, 2]);
  choice("entra", "token", token, ["access", "id"]);
  const place = all.length === 1 ? all[0].toLowerCase() : "common";
  const path = version === 2 ? "discovery/v2.0/keys" : "discovery/keys";
  const query = appId === undefined ? "" : `?appid=${part("entra", "appId", appId, GUID, EXAMPLE)}`;
  return issuerOf("entra", given, {
    issuer: {
      template: version === 2 ? V2 : V1,
      tenants: isAny ? "any" : all.map((tenant) => tenant.toLowerCase()),
    },
    keys: { jwksUri: `https://login.microsoftonline.com/${place}/${path}${query}` },
    // Keys name an issuer too, in the form of version 2 for tokens of version 1 as well.
    ...(version === 1 && { keyIssuers: [V2] }),
    algorithms: ["RS256"],
    audience,
    token,
    claimValues: { ver: version === 2 ? "2.0" : "1.0" },
    // The ID token of an application that is its own API has the same audience. It names no client.
    requiredClaims: token === "access" ? [version === 2 ? "azp" : "appid"] : [],
  });
}
