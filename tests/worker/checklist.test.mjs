// Checks that each test in tests/checklist.md exists.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

const LINES = 20;

const rows = readFileSync(new URL("../checklist.md", import.meta.url), "utf8")
  .split("\n")
  .filter((line) => /^\| \d+ \|/.test(line))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([number, , file, name]) => ({ number: Number(number), file: file.replaceAll("`", ""), name }));

test("the checklist has a test for each of its lines", () => {
  const numbers = new Set(rows.map(({ number }) => number));
  assert.deepEqual(
    [...numbers],
    Array.from({ length: LINES }, (_, i) => i + 1),
  );
});

for (const { number, file, name } of rows) {
  test(`${file} tests line ${number} of the checklist: ${name}`, () => {
    const path = new URL(file, import.meta.url);
    assert.ok(existsSync(path), `there is no tests/worker/${file}`);
    const source = readFileSync(path, "utf8");
    const calls = ["test", "describe"].flatMap((call) => [`${call}("${name}"`, `${call}(\`${name}\``]);
    assert.ok(
      calls.some((call) => source.includes(call)),
      `${file} has no test of that name`,
    );
    assert.doesNotMatch(source, /\b(test|describe|it)\.(skip|only|todo)\b/);
  });
}
