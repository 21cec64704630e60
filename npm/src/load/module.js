import { ModuleError } from "../error.js";

/** The sentence that says what to do about an engine that does not compile the module. */
function advice({ message }) {
  if (/csp|content.security.policy|unsafe-eval/i.test(message))
    return "the page's Content-Security-Policy forbids WebAssembly; add 'wasm-unsafe-eval' to its script-src";
  if (/main thread/i.test(message))
    return "this browser compiles WebAssembly only asynchronously here; await ready() before the first call";
  return "this engine cannot run WebAssembly with SIMD; use Chrome 93, Firefox 92, Safari 16.4, Node 20.3 or later";
}

/**
 * A module that is compiled and instantiated at the first call, so that an import never throws. `source()` returns the
 * module's bytes, or the module itself where the runtime has compiled it.
 */
export function lazy(source) {
  let exports;
  let refused;

  const refuse = (cause) => {
    refused = cause;
    return new ModuleError(advice(cause), { cause });
  };

  return {
    /** Returns the exports of the one instance. */
    start() {
      if (exports) return exports;
      // Once refused, the engine would refuse again, and the source would be unpacked for nothing.
      if (refused) throw refuse(refused);
      try {
        const code = source();
        const module = code instanceof WebAssembly.Module ? code : new WebAssembly.Module(code);
        exports = new WebAssembly.Instance(module).exports;
      } catch (cause) {
        throw refuse(cause);
      }
      return exports;
    },

    /** Compiles asynchronously, unless the instance is there. */
    async ready() {
      if (exports) return;
      try {
        const made = await WebAssembly.instantiate(source());
        // A call may have made the instance in the meantime.
        exports ??= (made.instance ?? made).exports;
      } catch (cause) {
        throw refuse(cause);
      }
    },
  };
}
