// `npm run docs`: builds the documents as a book with mdbook, and checks every link and picture of the book.
import { brokenLinks, writeSources } from "../lib/book.mjs";
import { inRoot } from "../lib/paths.mjs";
import { run, which } from "../lib/run.mjs";
import { PlainError, begin, main, say } from "../lib/ui.mjs";

const mdbook = which("mdbook", "mdbook.exe");

await main(async () => {
  if (!mdbook) throw new PlainError("mdbook is not found. Install it: cargo install mdbook --locked");
  const end = begin("book");
  const pages = writeSources();
  const { code, stdout, stderr } = await run([mdbook, "build"], { log: "book", check: false });
  const warnings = `${stdout}\n${stderr}`.split("\n").filter((line) => /\b(WARN|ERROR)\b/.test(line));
  const problems = code === 0 ? [...warnings, ...brokenLinks()] : [stdout, stderr];
  end(problems.length === 0, `(${pages} pages)`);
  if (problems.length > 0) throw new PlainError(["The book has errors:", ...problems].join("\n"));
  say(`Open ${inRoot("target", "book", "index.html")}`);
});
