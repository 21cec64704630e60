// `portcullis`: the functions and classes that the entry of each runtime exports and that need the module.
import { keys } from "./key.js";
import { lazy } from "./load/module.js";
import { memoryOf } from "./memory.js";
import { signer } from "./sign.js";
import { verifier } from "./verify.js";

/** Returns the API. load/module.js explains `source`, and memory.js explains `reader`. */
export function apiOf(source, reader) {
  const { start, ready } = lazy(source);
  const memory = memoryOf(start, reader);
  return { ready, ...keys(memory), ...signer(memory), ...verifier(memory) };
}
