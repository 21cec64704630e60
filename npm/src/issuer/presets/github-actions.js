import { binding, issuerOf, options } from "./preset.js";

const NAMES = ["audience", "repository", "repositoryId", "repositoryOwner", "repositoryOwnerId"];

/**
 * GitHub Actions. Every workflow on GitHub has tokens of this issuer, so the repository or its owner must be given. A
 * name can be taken over after it was given up; an ID cannot.
 */
export function githubActions(given) {
  const { audience, repository, repositoryId, repositoryOwner, repositoryOwnerId } = options(
    "githubActions",
    given,
    NAMES,
  );
  // The audience that workflows have unless they ask for another one: every service of the owner would accept it.
  if ([audience].flat().some((text) => typeof text === "string" && /^https:\/\/github\.com\//.test(text)))
    throw new TypeError("githubActions: set an audience of your own; the default one is the same for all services");
  const issuer = "https://token.actions.githubusercontent.com";
  return issuerOf("githubActions", given, {
    issuer,
    keys: { jwksUri: `${issuer}/.well-known/jwks` },
    algorithms: ["RS256"],
    audience,
    token: "id",
    claimValues: binding("githubActions", {
      repository,
      repository_id: repositoryId,
      repository_owner: repositoryOwner,
      repository_owner_id: repositoryOwnerId,
    }),
  });
}
