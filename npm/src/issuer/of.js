// `portcullis/issuer`: has its own WebAssembly module, which needs no code of wasm-bindgen.
import { TokenError } from "../error.js";
import { memoryOf } from "../memory.js";
import { issuerCore } from "./core.js";
import { verifierOf } from "./verifier.js";

/** Returns the core's functions, for the compiled module. memory.js explains `reader`. */
export function coreOf(module, reader) {
  const { exports } = new WebAssembly.Instance(module);
  return issuerCore(exports, memoryOf(exports, reader));
}

/** Algorithms that the host's WebCrypto lacks: the module that verifies them is loaded here at the first use. */
const fallback = async (alg) => {
  throw new Error(`this runtime's WebCrypto does not verify ${alg}. Remove it from the issuer's algorithms.`);
};

/** Returns what the entry exports, for the compiled module. */
export function issuerOf(module, reader) {
  const isTokenError = (error) => error instanceof TokenError;
  return { createVerifier: verifierOf({ core: coreOf(module, reader), isTokenError, fallback }) };
}
