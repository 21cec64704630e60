import { address, binding, issuerOf, options } from "./preset.js";

const NAMES = ["url", "audience", "projectPath", "projectId", "namespacePath", "namespaceId"];

/** GitLab CI. Every job of the instance has tokens of this issuer, so the project or its namespace must be given. */
export function gitlab(given) {
  const read = options("gitlab", given, NAMES);
  const issuer = address("gitlab", "url", read.url ?? "https://gitlab.com", "https://gitlab.example");
  return issuerOf("gitlab", given, {
    issuer,
    keys: { jwksUri: `${issuer}/oauth/discovery/keys` },
    algorithms: ["RS256"],
    audience: read.audience,
    token: "id",
    claimValues: binding("gitlab", {
      project_path: read.projectPath,
      project_id: read.projectId,
      namespace_path: read.namespacePath,
      namespace_id: read.namespaceId,
    }),
  });
}
