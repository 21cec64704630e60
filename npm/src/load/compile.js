import { unpack } from "./unpack.js";

/** Compiles a packed module. Each browser has its own error for a policy that forbids this; all become one error. */
export function compile(packed) {
  try {
    return new WebAssembly.Module(unpack(packed));
  } catch (cause) {
    if (!/csp|content.security.policy/i.test(cause.message)) throw cause;
    const message = "portcullis needs 'wasm-unsafe-eval' in script-src of the Content-Security-Policy";
    throw new WebAssembly.CompileError(message, { cause });
  }
}
