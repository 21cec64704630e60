// CONTRIBUTING.md names only existing files and stages, also after files have moved.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { stages } from "../../scripts/lib/stages.mjs";

const text = readFileSync(inRoot("CONTRIBUTING.md"), "utf8");
const code = (part) => [...part.matchAll(/`([^`]+)`/g)].map(([, span]) => span);
const missing = (paths) => paths.filter((path) => !existsSync(inRoot(path)));

test("every file and folder under 'What to touch' exists", () => {
  const part = text.split("## What to touch")[1].split("## House rules")[0];
  // A path has a slash, or is a document in the root folder.
  const paths = code(part).filter((span) => /^[\w.-]+\/[\w./-]*$/.test(span) || /^[A-Z]+\.md$/.test(span));
  assert.ok(paths.length > 30, `only ${paths.length} paths were found`);
  assert.deepEqual(missing(paths), []);
});

test("every link leads to a file", () => {
  const links = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link).filter((link) => !/^https?:/.test(link));
  assert.ok(links.length > 0);
  assert.deepEqual(missing(links), []);
});

test("the stages are those of npm test", () => {
  const sentence = /The stages are (.*?)\. \[/s.exec(text)?.[1] ?? "";
  assert.deepEqual(code(sentence).sort(), Object.keys(stages).sort());
});
