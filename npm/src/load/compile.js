import { unpack } from "./unpack.js";

/** The module of a source. What a page's policy forbids, each browser says in words of its own. */
export function compile(packed) {
  try {
    return new WebAssembly.Module(unpack(packed));
  } catch (cause) {
    if (!/csp|content.security.policy/i.test(cause.message)) throw cause;
    const message = "portcullis needs 'wasm-unsafe-eval' in script-src of the Content-Security-Policy";
    throw new WebAssembly.CompileError(message, { cause });
  }
}
