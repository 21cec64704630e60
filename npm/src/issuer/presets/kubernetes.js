import { address, issuerOf, options } from "./preset.js";

const NAMES = ["issuer", "jwksUri", "hosts", "audience", "subject", "algorithms"];

/**
 * Service accounts of Kubernetes. Where discovery needs authentication, give a `fetch` in the policy. `subject` is
 * like `system:serviceaccount:namespace:name`. A token whose pod was deleted verifies until it expires.
 */
export function kubernetes(given) {
  const read = options("kubernetes", given, NAMES);
  // `iss` is taken as it is: some clusters have a slash at its end.
  address("kubernetes", "issuer", read.issuer, "https://kubernetes.default.svc.cluster.local");
  const discovery = { discover: true, ...(read.hosts !== undefined && { hosts: read.hosts }) };
  return issuerOf("kubernetes", given, {
    issuer: read.issuer,
    keys: read.jwksUri === undefined ? discovery : { jwksUri: read.jwksUri },
    algorithms: read.algorithms ?? ["RS256"],
    audience: read.audience,
    token: "access",
    requiredClaims: ["sub"],
    ...(read.subject !== undefined && { claimValues: { sub: read.subject } }),
  });
}
