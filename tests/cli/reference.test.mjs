// Compares docs/reference/command-line.md with the help of the command line.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";

const program = inRoot("target", "cli", "portcullis");
const page = readFileSync(inRoot("docs", "reference", "command-line.md"), "utf8");

/** Each command without subcommands as `[words, options]`, as `--help` lists them. */
function commands(words = []) {
  const help = execFileSync(program, [...words, "--help"], { encoding: "utf8" });
  const [, list] = /^Commands:\n([\s\S]*?)\n\n/m.exec(help) ?? [];
  if (list === undefined) {
    const options = [...help.matchAll(/^(?: {6}| {2}-\w, )(--[a-z-]+)/gm)].map(([, option]) => option);
    return [[words.join(" "), options.filter((option) => option !== "--help").sort()]];
  }
  const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name).filter((name) => name !== "help");
  return names.flatMap((name) => commands([...words, name]));
}

const part = page.split("\n## All commands\n")[1].split("\n## ")[0];
const code = (cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text);
const written = [...part.matchAll(/^\| `([^`]+)` \| [^|]+ \| ([^|]*)\|$/gm)].map(([, name, options]) => [
  name,
  code(options).sort(),
]);

test("the reference of the command line has every command with its options, as --help lists them", () => {
  assert.deepEqual(Object.fromEntries(written), Object.fromEntries(commands()));
});
