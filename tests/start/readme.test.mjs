// The READMEs are short enough to be read, and the main README has what a visitor looks for.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";

const readme = readFileSync(inRoot("README.md"), "utf8");
const words = (text) => text.split(/\s+/).filter(Boolean).length;

test("README has 350 to 1,100 words", () => {
  assert.ok(words(readme) >= 350 && words(readme) <= 1100, `${words(readme)} words`);
});

test("the npm package's README has at most 1,500 words", () => {
  const count = words(readFileSync(inRoot("npm", "README.md"), "utf8"));
  assert.ok(count <= 1500, `${count} words`);
});

test("README has a picture, then the two commands, then a section for each kind of user, then the claims", () => {
  const places = [
    "<picture>",
    "npm start ",
    "npm test ",
    "### You deploy a login",
    "### You import the npm package",
    "wasm-pack test --headless --chrome",
    "wasm-pack test --headless --firefox",
    "| Claim | Proof |",
    "## Read on",
  ].map((part) => readme.indexOf(part));
  assert.ok(!places.includes(-1), `${places}`);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
});

test("each claim of README has a link that proves it", () => {
  const [, table] = readme.split("| Claim | Proof |\n|---|---|\n");
  const rows = table
    .slice(0, table.indexOf("\n\n"))
    .split("\n")
    .map((line) => line.split("|").slice(1, -1));
  assert.ok(rows.length >= 8, `${rows.length} claims`);
  for (const [claim, proof] of rows) assert.match(proof, /\]\([^)]+\)/, claim);
});
