// The numbers that must be equal in Rust and JavaScript, read from the text of the sources. A test compares them,
// so that no side can change alone.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The text of a source file; `path` starts at the root of the repository. */
export const source = (path) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");

/** The value of an expression of numbers, names, `+`, `*`, `<<` and parentheses; `undefined` for any other expression. */
function evaluate(expression, known) {
  const text = expression
    .replaceAll(/(?<=\d)_(?=\d)/g, "")
    .replaceAll(/\b(?:\w+::)*[A-Z_]+\b/g, (name) => known[name] ?? name);
  if (!/^[\d\s+*<()-]+$/.test(text)) return undefined;
  // JavaScript shifts 32-bit numbers.
  return Number(new Function(`return ${text.replaceAll(/\d+/g, "$&n")}`)());
}

function constants(text, pattern, known) {
  const found = {};
  for (const [, name, expression] of text.matchAll(pattern)) {
    const value = evaluate(expression, { ...known, ...found });
    if (value !== undefined) found[name] = value;
  }
  return found;
}

/** The numeric constants of a Rust source. `known` has the values of the names that the source imports. */
export const rustConstants = (text, known = {}) => constants(text, /\bconst ([A-Z_]+): \w+ = ([^;]+);/g, known);

/** The numeric constants at the top of a JavaScript source. */
export const jsConstants = (text, known = {}) => constants(text, /^(?:export )?const ([A-Z_]+) = ([^;]+);/gm, known);

/** The only match of a pattern; `what` says in a failure what the pattern looks for. */
export function only(text, pattern, what) {
  const all = [...text.matchAll(new RegExp(pattern, "g"))];
  if (all.length !== 1)
    throw new Error(`${what}: ${all.length} matches of ${pattern}. Fix: adapt the pattern to the source.`);
  return all[0].slice(1);
}
