// The behaviors of the package, which are the same in every runtime: Node, browsers, bundles and workerd.
import advice from "./advice.mjs";
import algorithms from "./algorithms.mjs";
import claims from "./claims.mjs";
import readingEntry from "./entries.mjs";
import errors from "./errors.mjs";
import header from "./header.mjs";
import hostile from "./hostile.mjs";
import inspect from "./inspect.mjs";
import issuer from "./issuer.mjs";
import keys from "./keys.mjs";
import legacy from "./legacy.mjs";
import middleware from "./middleware.mjs";
import options from "./options.mjs";
import password from "./password.mjs";
import rsa from "./rsa.mjs";
import session from "./session.mjs";
import sign from "./sign.mjs";
import strict from "./strict.mjs";
import { tools } from "./support.mjs";
import text from "./text.mjs";
import use from "./use.mjs";
import verify from "./verify.mjs";

const SUBJECTS = {
  use,
  keys,
  algorithms,
  rsa,
  verify,
  sign,
  options,
  errors,
  header,
  claims,
  inspect,
  text,
  strict,
  advice,
};
// The behaviors that need no key; they also run on the entry that only reads tokens.
const READING = { header, claims, inspect };

/**
 * Runs every behavior on the package: its entries, by the names of `ENTRIES` in ../program.mjs, with
 * `assert`, which is like node:assert. Returns `{ name, error? }` for each behavior.
 */
export async function run(entries, assert) {
  const { portcullis, reading, legacy: old, passwords, sessions, issuers, presets } = entries;
  const results = [];
  const all = [
    ...Object.entries(SUBJECTS).map(([subject, behaviours]) => [subject, behaviours(tools(portcullis, assert))]),
    ...Object.entries(READING).map(([subject, behaviours]) => {
      const mixed = { ...portcullis, ...reading };
      return [`portcullis/inspect, ${subject}`, behaviours(tools(mixed, assert))];
    }),
    ["portcullis/inspect", readingEntry({ reading, ...tools(portcullis, assert) })],
    ["portcullis/legacy", legacy({ legacy: old, ...tools(portcullis, assert) })],
    ["portcullis/password", password({ passwords, ...tools(portcullis, assert) })],
    ["portcullis/session", session({ sessions, ...tools(portcullis, assert) })],
    ["portcullis/issuer", issuer({ issuers, presets, ...tools(portcullis, assert) })],
    ["the adapters of frameworks", middleware({ ...entries, ...tools(portcullis, assert) })],
    ["each entry", hostile({ reading, legacy: old, passwords, ...tools(portcullis, assert) })],
  ];
  for (const [subject, behaviours] of all) {
    for (const [title, behaviour] of Object.entries(behaviours)) {
      const name = `${subject}: ${title}`;
      try {
        await behaviour();
        results.push({ name });
      } catch (error) {
        // The stack contains the message in V8 only.
        const [text, stack = ""] = [String(error), error?.stack];
        results.push({ name, error: stack.includes(text) ? stack : `${text}\n${stack}` });
      }
    }
  }
  return results;
}
