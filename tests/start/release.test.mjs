// scripts/release.mjs compares the versions, the tag and the changelog before a release.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { checkRelease } from "../../scripts/lib/release.mjs";

const FILES = {
  cargo: '[workspace.package]\nversion = "1.2.3"\n\n[package]\nname = "portcullis"\nversion.workspace = true\n',
  npm: '{ "version": "1.2.3" }',
  changelog:
    "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2027-01-31\n\n### Added\n\n- A thing.\n\n## [1.2.2] - 2027-01-01\n\n- Old.\n\n[1.2.3]: https://x\n",
};

test("a release whose versions agree gets its section of the changelog as notes", () => {
  assert.deepEqual(checkRelease("v1.2.3", FILES), { wrong: [], notes: "### Added\n\n- A thing." });
});

test("the last section of the changelog is printed without the links after it", () => {
  const { wrong, notes } = checkRelease("v1.2.2", {
    ...FILES,
    cargo: FILES.cargo.replace("1.2.3", "1.2.2"),
    npm: '{"version":"1.2.2"}',
  });
  assert.deepEqual([wrong, notes], [[], "- Old."]);
});

test("each file that has another version is named with a fix", () => {
  const { wrong } = checkRelease("v2.0.0", FILES);
  assert.deepEqual(
    wrong.map((sentence) => sentence.split(" ")[0]),
    ["Cargo.toml", "npm/package.json", "CHANGELOG.md"],
  );
  assert.ok(wrong.every((sentence) => sentence.includes("Fix: ")));
});

test("a package that asks for a provenance must name its repository", () => {
  const npm = { version: "1.2.3", publishConfig: { provenance: true } };
  const { wrong } = checkRelease("v1.2.3", { ...FILES, npm: JSON.stringify(npm) });
  assert.equal(wrong.length, 1);
  assert.match(wrong[0], /has no repository\. Fix: add repository/);
  const named = { ...npm, repository: { type: "git", url: "https://x" } };
  assert.deepEqual(checkRelease("v1.2.3", { ...FILES, npm: JSON.stringify(named) }).wrong, []);
});

test("a tag that is not a version is refused", () => {
  for (const tag of ["", "1.2.3", "v1.2", "v1.2.3\n", "v1.2.3;x"]) {
    assert.match(checkRelease(tag, FILES).wrong.join(), /Fix: tag the commit as v1\.2\.3/);
  }
});

test("the versions of this repository can be read", () => {
  const [cargo, npm, changelog] = ["Cargo.toml", "npm/package.json", "CHANGELOG.md"].map((path) =>
    readFileSync(inRoot(path), "utf8"),
  );
  const { version } = JSON.parse(npm);
  const { wrong } = checkRelease(`v${version}`, { cargo, npm, changelog: `${changelog}\n## [${version}]\n\n- All.\n` });
  assert.deepEqual(
    wrong.filter((sentence) => !sentence.includes("repository")),
    [],
  );
});
