// Checks that the versions agree before a release.

/** Returns the problems of a release of `tag`, as sentences, and the text of its section in the changelog. */
export function checkRelease(tag, { cargo, npm, changelog }) {
  const version = /^v(\d+\.\d+\.\d+(?:-[0-9a-z.-]+)?)$/.exec(tag)?.[1];
  if (version === undefined) return { wrong: [`The tag is "${tag}". Fix: tag the commit as v1.2.3.`], notes: "" };
  const section = changelog.split(/^(?=## )/m).find((text) => text.startsWith(`## [${version}]`));
  // Without its heading, and without the links at the end of the file.
  const notes = (section ?? "")
    .replace(/^## .*\n/, "")
    .replaceAll(/^\[[^\]]+\]: .*\n?/gm, "")
    .trim();
  const rust = /^\[workspace\.package\]\s+version = "([^"]+)"/m.exec(cargo)?.[1];
  const { version: package_, repository, publishConfig } = JSON.parse(npm);
  const wrong = [
    rust !== version && `Cargo.toml has version ${rust}. Fix: set workspace.package.version to ${version}.`,
    package_ !== version && `npm/package.json has version ${package_}. Fix: set version to ${version}.`,
    // npm takes the provenance from the repository's workflow, and refuses a package that does not name it.
    publishConfig?.provenance &&
      !repository &&
      "npm/package.json asks for a provenance and has no repository. Fix: add repository with the address and the directory.",
    !notes && `CHANGELOG.md says nothing of ${version}. Fix: rename its section Unreleased to [${version}] - <date>.`,
  ];
  return { wrong: wrong.filter(Boolean), notes };
}
