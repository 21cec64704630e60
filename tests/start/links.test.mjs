// Every relative link of every Markdown file leads to an existing file, and every anchor to a heading.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { describe, test } from "node:test";
import { brokenLinks, linkedFiles } from "../../scripts/lib/book.mjs";
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

test("every path of the checkout that a page has in backticks exists", () => {
  const FOLDERS = /^(?:bench|crates|docs|examples|fuzz|scripts|src|tests|tools|www)\/[\w./-]+$/;
  for (const page of pages) {
    const paths = [...prose(page).matchAll(/`([^`\n]+)`/g)]
      .map(([, span]) => span)
      .filter((span) => FOLDERS.test(span));
    // A README of a folder may also name paths from that folder.
    const missing = paths.filter((path) => !existsSync(inRoot(path)) && !existsSync(inRoot(dirname(page), path)));
    assert.deepEqual(missing, [], page);
  }
});

const CONTENTS = "docs/SUMMARY.md";
const listed = linkedFiles(CONTENTS);

test("the table of contents of the book has every page of docs once", () => {
  const expected = pages.filter((page) => page.startsWith("docs/") && page !== CONTENTS);
  assert.deepEqual(listed.filter((page) => page.startsWith("docs/")).sort(), expected.sort());
});

test("the table of contents of the book has every page that another of its pages links to", () => {
  const linked = listed.flatMap(linkedFiles).filter((path) => path.endsWith(".md") && path !== CONTENTS);
  assert.deepEqual(
    linked.filter((page) => !listed.includes(page)),
    [],
  );
});

test("no page of the book links to a folder, which has no page there", () => {
  const linked = new Set(listed.flatMap(linkedFiles).filter((path) => existsSync(inRoot(path))));
  assert.deepEqual(
    [...linked].filter((path) => statSync(inRoot(path)).isDirectory()),
    [],
  );
});

test("npm run docs finds a link of the book to a missing page, heading or picture", () => {
  const book = mkdtempSync(join(tmpdir(), "portcullis-book-"));
  try {
    const page = ["there.html#part", "there.html#none", "missing.html", "#top", "https://login.example"];
    const body = page.map((link) => `<a href="${link}">x</a>`).join("");
    writeFileSync(join(book, "index.html"), `<h1 id="top">x</h1>${body}<img src="none.webp">`);
    writeFileSync(join(book, "there.html"), '<h2 id="part">x</h2>');
    assert.deepEqual(brokenLinks(book), [
      "index.html: there.html#none",
      "index.html: missing.html",
      "index.html: none.webp",
    ]);
  } finally {
    rmSync(book, { recursive: true });
  }
});
