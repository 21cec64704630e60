// Checks that docs/reference/asvs.md has every requirement, and names only existing tests.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const page = new URL("../../docs/reference/asvs.md", import.meta.url);

// How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has. The requirements of level 3 are last
// in each section; section 6.7 has only those.
const SECTIONS = {
  "6.1": 3,
  "6.2": 12,
  "6.3": 4,
  "6.4": 4,
  "6.5": 5,
  "6.6": 3,
  "6.8": 4,
  "7.1": 3,
  "7.2": 4,
  "7.3": 2,
  "7.4": 5,
  "7.5": 2,
  "7.6": 2,
  "9.1": 3,
  "9.2": 4,
};

const text = readFileSync(page, "utf8");
const rows = text
  .split("\n")
  .filter((line) => /^\| \d+\.\d+\.\d+ \|/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

/** The tests that a cell names: a link to a file, a colon, and the names of tests in that file with commas between. */
function testsOf(cell) {
  return [...cell.matchAll(/\]\(((?:\.\.\/)+tests\/[^)]+)\): ((?:`[^`]+`(?:, )?)+)/g)].flatMap(([, file, names]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({ file, name })),
  );
}

function isTest(source, file, name) {
  if (file.endsWith(".rs")) return source.includes(`fn ${name}(`);
  return ["test", "describe"].some((call) =>
    [`"${name}"`, `\`${name}\``, `'${name}'`].some((quoted) => source.includes(`${call}(${quoted}`)),
  );
}

test("the table has each requirement of levels 1 and 2 once, in order", () => {
  const expected = Object.entries(SECTIONS).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, i) => `${section}.${i + 1}`),
  );
  assert.deepEqual(
    rows.map(([number]) => number),
    expected,
  );
});

test("each row has a level, a status and a reason or a test", () => {
  for (const row of rows) {
    assert.equal(row.length, 5, row[0]);
    const [number, level, summary, status, proof] = row;
    assert.match(level, /^[12]$/, number);
    assert.match(status, /^(met|partly|not met|n\/a)$/, number);
    assert.ok(summary && proof, number);
    const proven = testsOf(proof).length > 0 || /^(Documents?|No test):/.test(proof);
    if (status === "met") assert.ok(proven, `${number} is met, and nothing proves it`);
  }
});

test("each test that the table names exists and is not skipped", () => {
  const named = rows.flatMap((row) => testsOf(row[4]));
  assert.ok(named.length > 60, String(named.length));
  for (const { file, name } of named) {
    const url = new URL(file, page);
    assert.ok(existsSync(url), `there is no ${file}`);
    const source = readFileSync(url, "utf8");
    assert.ok(isTest(source, file, name), `${file} has no test "${name}"`);
    assert.doesNotMatch(source, /\b(test|describe)\.(skip|only|todo)\b|^\s*#\[ignore/m, file);
  }
});

test("each link of the page leads to a file or a heading", () => {
  const headings = (source) =>
    [...source.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );
  for (const [, link] of text.matchAll(/\]\(([^)]+)\)/g)) {
    if (link.startsWith("https:")) continue;
    const [file, heading] = link.split("#");
    const url = file === "" ? page : new URL(file, page);
    assert.ok(existsSync(url), link);
    if (heading) assert.ok(headings(readFileSync(url, "utf8")).includes(heading), link);
  }
});
