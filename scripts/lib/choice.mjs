// Which tests `npm test` was asked to run: stages, files of a stage, and a text in their names.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { inRoot } from "./paths.mjs";
import { PlainError } from "./ui.mjs";

const ENDING = ".test.mjs";

/** A stage's test files for Node. Empty for a stage whose tests cargo runs. */
export function testFiles(stage, tests = inRoot("tests")) {
  const folder = join(tests, stage);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => name.endsWith(ENDING))
    .sort()
    .map((name) => join(folder, name));
}

/** The help of `npm test`. */
export const help = (stages) =>
  `Usage: npm test [-- [stage | stage/file]… [--grep text]]

Builds what is out of date and runs the tests.

  npm test                          all stages
  npm test -- worker npm            two stages
  npm test -- worker/login          the file tests/worker/login${ENDING}
  npm test -- worker --grep login   of a stage, the files whose name contains "login",
                                    and the other tests whose name contains it
  npm test -- native --grep attacks::header

--grep ignores case in tests for Node. For Rust's tests it is cargo's filter, in which a space
stands for "_".

Stages:
${Object.entries(stages)
  .map(([name, { title }]) => `  ${name.padEnd(13)} ${title}`)
  .join("\n")}`;

/** Finds the stage and the file that a word on the command line names. */
function named(word, stages, tests) {
  const [name, file, ...more] = word.replace(/^(\.\/)?tests\//, "").split("/");
  if (!Object.hasOwn(stages, name) || more.length > 0) {
    throw new PlainError(
      `There is no stage "${word}". The stages are: ${Object.keys(stages).join(", ")}. Help: npm test -- --help`,
    );
  }
  if (!file) return { name };
  const all = testFiles(name, tests);
  if (all.length === 0)
    throw new PlainError(`The stage "${name}" cannot run one file. Use: npm test -- ${name} --grep ${file}`);
  const found = all.find((path) => basename(path) === file || basename(path, ENDING) === file);
  if (found) return { name, file: found };
  const names = all.map((path) => basename(path, ENDING)).join(", ");
  throw new PlainError(
    `There is no file tests/${name}/${basename(file, ENDING)}${ENDING}. The stage "${name}" has: ${names}.`,
  );
}

/**
 * Reads the command line. Returns `help`, or `grep` and a list of stages. A stage has a `name`, and `files` if only
 * some of its files were chosen. Without named stages, a stage is left out if none of its files can match.
 */
export function chosenTests(words, stages, tests = inRoot("tests")) {
  const { values, positionals } = parsed(words);
  if (values.help) return { help: true };
  const grep = values.grep?.trim();
  if (grep === "") throw new PlainError("--grep needs a text. Help: npm test -- --help");
  const chosen = new Map();
  for (const word of positionals) {
    const { name, file } = named(word, stages, tests);
    const before = chosen.get(name) ?? { name, files: [] };
    // A stage that is named without a file runs whole, even if another word names one of its files.
    chosen.set(name, { name, files: file && before.files ? [...before.files, file] : undefined });
  }
  if (chosen.size > 0) return { grep, stages: [...chosen.values()] };
  const all = Object.keys(stages).map((name) => ({ name }));
  if (grep === undefined) return { stages: all };
  return { grep, stages: all.filter(({ name }) => canMatch(testFiles(name, tests), grep)) };
}

function parsed(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: { grep: { type: "string", short: "g" }, help: { type: "boolean", short: "h" } },
    });
  } catch (error) {
    throw new PlainError(`${error.message}\nHelp: npm test -- --help`);
  }
}

const canMatch = (files, grep) => {
  if (files.length === 0) return true; // Only cargo knows which of its tests match.
  const { whole, some } = matching(files, grep);
  return whole.length + some.length > 0;
};

/**
 * The files in which tests can match. `whole`: the file's name matches. `some`: each word of `grep` is in the file or
 * in a module that it imports from the stage's folder; modules that all stages share name no tests and contain most
 * words. Other files are not run, because node:test runs the hooks of a suite even if no test in it matches, which
 * would start a Worker or a browser for nothing.
 */
export function matching(files, grep) {
  const wanted = grep.toLowerCase();
  const whole = files.filter((path) => basename(path, ENDING).toLowerCase().includes(wanted));
  const words = wanted.split(/\s+/);
  const some = files.filter((path) => {
    if (whole.includes(path)) return false;
    const text = textOf(path, dirname(path)).toLowerCase();
    return words.every((word) => text.includes(word));
  });
  return { whole, some };
}

/** The text of a module and of the modules in `folder` that it imports by a relative path. */
export function textOf(path, folder, seen = new Set()) {
  if (seen.has(path) || !path.startsWith(join(folder, "")) || !existsSync(path)) return "";
  seen.add(path);
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(/(?:from|import|import\() ?"(\.[^"]*\.mjs)"/g)].map(([, name]) =>
    join(dirname(path), name),
  );
  return [text, ...imports.map((name) => textOf(name, folder, seen))].join("\n");
}

/** `grep` as node:test's --test-name-pattern. */
export const namePattern = (grep) => `/${grep.replaceAll(/[\\/^$.*+?()[\]{}|]/g, "\\$&")}/i`;

/** `grep` as cargo's filter. */
export const cargoFilter = (grep) => grep.replaceAll(/\s+/g, "_");
