// The book of the documents. mdbook needs all sources in one folder, and the documents link to files outside docs/, such
// as README.md and tests. The sources are therefore copied into a folder with the same layout as the checkout.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { inRoot } from "./paths.mjs";

const SOURCES = inRoot("target", "book-sources");
const BOOK = inRoot("target", "book");
const CONTENTS = "docs/SUMMARY.md";

const isRelative = (link) => link !== "" && !/^([a-z]+:|#|\/)/i.test(link);

/** The files that a Markdown file links to, as paths from the root of the checkout. */
export function linkedFiles(page) {
  const text = readFileSync(inRoot(page), "utf8");
  const links = [...text.matchAll(/\]\(([^)\s#]+)|(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, source]) => link ?? source,
  );
  return links.filter(isRelative).map((link) => posix.join(posix.dirname(page), link));
}

function copy(path) {
  const target = join(SOURCES, path);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(inRoot(path), target);
}

/** Writes the sources of the book, and returns the number of pages. */
export function writeSources() {
  rmSync(SOURCES, { recursive: true, force: true });
  const pages = linkedFiles(CONTENTS);
  for (const page of pages) copy(page);
  const others = new Set(pages.flatMap(linkedFiles).filter((path) => !path.endsWith(".md")));
  for (const path of others) if (existsSync(inRoot(path)) && statSync(inRoot(path)).isFile()) copy(path);

  const contents = readFileSync(inRoot(CONTENTS), "utf8");
  const moved = contents.replaceAll(/\]\(([^)]+)\)/g, (_, link) => `](${posix.join("docs", link)})`);
  writeFileSync(join(SOURCES, "SUMMARY.md"), moved);
  // In the book, mdbook writes the table of contents.
  const readme = join(SOURCES, "README.md");
  writeFileSync(readme, readFileSync(readme, "utf8").replaceAll(`](${CONTENTS})`, "](toc.html)"));
  return pages.length;
}

const idsOf = (html) => new Set([...html.matchAll(/\bid="([^"]+)"/g)].map(([, id]) => id));

/** Whether a link leads to a file of the book and, if it is a page, to a heading. */
function leadsSomewhere(link, page, pages, book) {
  const [path, anchor] = link.split("#");
  const target = path === "" ? page : posix.join(posix.dirname(page), decodeURI(path));
  const file = join(book, target);
  if (!existsSync(file) || !statSync(file).isFile()) return false;
  return !anchor || !pages.has(target) || pages.get(target).has(decodeURIComponent(anchor));
}

/** The links and pictures of the built book that lead nowhere. */
export function brokenLinks(book = BOOK) {
  const names = readdirSync(book, { recursive: true }).map((name) => name.replaceAll("\\", "/"));
  const html = new Map(
    names.filter((name) => name.endsWith(".html")).map((name) => [name, readFileSync(join(book, name), "utf8")]),
  );
  const pages = new Map([...html].map(([name, text]) => [name, idsOf(text)]));
  return [...html].flatMap(([page, text]) => {
    // The links of the page that a missing address shows start at the root of the server.
    if (page === "404.html") return [];
    const links = [...text.matchAll(/\b(?:href|src|srcset)="([^"]*)"/g)].map(([, link]) => link);
    const relative = links.filter((link) => link.startsWith("#") || isRelative(link));
    return relative.filter((link) => !leadsSomewhere(link, page, pages, book)).map((link) => `${page}: ${link}`);
  });
}
