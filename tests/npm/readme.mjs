// The examples and tables of the package's README, guides and tutorial, for the tests that run them.
import { readFile } from "node:fs/promises";

const PAGES = [
  "npm/README.md",
  "docs/guides/check-passwords.md",
  "docs/guides/verify-tokens-in-javascript.md",
  "docs/guides/migrate-from-another-jwt-library.md",
  "docs/tutorial/first-verified-token.md",
];
const texts = await Promise.all(PAGES.map((page) => readFile(new URL(`../../${page}`, import.meta.url), "utf8")));
const text = texts.join("\n");
const FENCE = /^```(\w*)(?: file=(\S+))?\n([\s\S]*?)^```$/gm;

/** The examples that are files, by their names; and the other JavaScript examples, in their order. */
export const files = {};
export const snippets = [];
for (const [, language, name, code] of text.matchAll(FENCE)) {
  if (name) files[name] = code;
  else if (language === "js") snippets.push(code);
}

const cells = (line) =>
  line
    .split("|")
    .slice(1, -1)
    .map((cell) => cell.trim());

/** The rows of the table with this header row. */
export function table(...head) {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => line.startsWith("|") && cells(line).join() === head.join());
  if (at < 0) throw new Error(`no page has a table ${head.join(", ")}`);
  const end = lines.findIndex((line, index) => index > at && !line.startsWith("|"));
  return lines.slice(at + 2, end).map(cells);
}

/** The texts in backticks. */
export const code = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
