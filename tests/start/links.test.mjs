// Every relative link of every Markdown file leads to an existing file, and every anchor to a heading.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";

const git = (...args) =>
  execFileSync("git", args, { cwd: inRoot("."), encoding: "utf8" })
    .split("\n")
    .filter(Boolean);
const pages = git("ls-files", "--cached", "--others", "--exclude-standard", "*.md").filter((path) =>
  existsSync(inRoot(path)),
);

/** The page's text without code, because code may look like a link. */
const prose = (path) => readFileSync(inRoot(path), "utf8").replaceAll(/^( *)```[\s\S]*?^ *```$/gm, "");

/** The anchors that a forge gives the headings: lower case, hyphens for spaces, a number after a repeated anchor. */
function anchors(path) {
  const seen = new Map();
  return [...prose(path).matchAll(/^#+ (.+)$/gm)].map(([, title]) => {
    const text = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    const anchor = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

function links(path) {
  const text = prose(path).replaceAll(/`[^`\n]*`/g, "");
  const inMarkdown = [...text.matchAll(/\]\(([^)\s]+)\)/g)];
  const inHtml = [...text.matchAll(/(?:src|srcset|href)="([^"]+)"/g)];
  return [...inMarkdown, ...inHtml].map(([, link]) => link).filter((link) => !/^[a-z]+:/.test(link));
}

describe("relative links", () => {
  for (const page of pages) {
    test(`of ${page} lead to files and headings that exist`, () => {
      for (const link of links(page)) {
        const [path, anchor] = link.split("#");
        const target = path === "" ? page : normalize(join(dirname(page), path));
        assert.ok(existsSync(inRoot(target)), `${link}: there is no ${target}`);
        if (anchor) assert.ok(anchors(target).includes(anchor), `${link}: ${target} has no heading for #${anchor}`);
      }
    });
  }
});

test("the table of contents of the book has every page of docs once", () => {
  const listed = links("docs/SUMMARY.md").map((link) => join("docs", link));
  const expected = pages.filter((page) => page.startsWith("docs/") && page !== "docs/SUMMARY.md");
  assert.deepEqual(listed.sort(), expected.sort());
});
