// What the package does, the same in every runtime: Node, browsers, bundles and workerd.
import errors from "./errors.mjs";
import inspect from "./inspect.mjs";
import keys from "./keys.mjs";
import options from "./options.mjs";
import sign from "./sign.mjs";
import { tools } from "./support.mjs";
import text from "./text.mjs";
import use from "./use.mjs";
import verify from "./verify.mjs";

const SUBJECTS = { use, keys, verify, sign, options, errors, inspect, text };

/**
 * Runs every behaviour on `portcullis`, the package, with `assert`, which is like node:assert.
 * Returns `{ name, error? }` for each.
 */
export async function run(portcullis, assert) {
  const results = [];
  for (const [subject, behaviours] of Object.entries(SUBJECTS)) {
    for (const [title, behaviour] of Object.entries(behaviours(tools(portcullis, assert)))) {
      const name = `${subject}: ${title}`;
      try {
        await behaviour();
        results.push({ name });
      } catch (error) {
        results.push({ name, error: String(error?.stack ?? error) });
      }
    }
  }
  return results;
}
