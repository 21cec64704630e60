// `portcullis/issuer`: has its own WebAssembly module.
import { TokenError } from "../error.js";
import { lazy } from "../load/module.js";
import { memoryOf } from "../memory.js";
import { issuerCore } from "./core.js";
import { verifierOf } from "./verifier.js";

/**
 * Returns what the entry exports. load/module.js explains `source`, and memory.js explains `reader`. `signatures` loads
 * the module that checks signatures where the host's WebCrypto cannot. It is large, so it is loaded at its first use.
 */
export function issuerOf(source, reader, signatures) {
  const { start, ready } = lazy(source);
  const core = issuerCore(memoryOf(start, reader));
  const isTokenError = (error) => error instanceof TokenError;
  return { createVerifier: verifierOf({ core, isTokenError, fallback: signatures }), ready };
}
