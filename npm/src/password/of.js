// `portcullis/password`: has its own WebAssembly module, which needs no code of wasm-bindgen.
import { memoryOf } from "../memory.js";
import { isWellFormed } from "../options.js";
import { PasswordError } from "./error.js";

// In bytes, the same as in the module. A longer password is rejected, and its rest is not copied.
const LONGEST_PASSWORD = 1024;
// In characters; every supported hash is shorter.
const LONGEST_HASH = 1024;
// In bytes.
const SALT = 16;

const encoder = new TextEncoder();

function clear(password) {
  if (typeof password !== "string") throw new TypeError("a password must be a string");
  const start = password.slice(0, LONGEST_PASSWORD + 1);
  // A lone surrogate has no UTF-8. The encoder would replace it, so two different passwords would become the same.
  if (start.length <= LONGEST_PASSWORD && !isWellFormed(start)) {
    throw new PasswordError("the password holds a lone surrogate", { code: "password_malformed" });
  }
  return start;
}

function stored(hash) {
  if (typeof hash !== "string") throw new TypeError("a hash must be a string");
  const start = hash.slice(0, LONGEST_HASH);
  // An empty string is never a hash, so the module rejects it.
  return encoder.encode(start.length === hash.length && isWellFormed(start) ? start : "");
}

/** Returns the functions, for the compiled module. memory.js explains `reader`. */
export function hasherOf(module, reader) {
  const { exports: wasm } = new WebAssembly.Instance(module);
  const { fail, text, write, writeBehind } = memoryOf(wasm, reader, PasswordError);

  return {
    hashPassword(password) {
      const length = write(clear(password), SALT);
      writeBehind(length, crypto.getRandomValues(new Uint8Array(SALT)));
      if (!wasm.hashPassword(length)) fail();
      return text();
    },

    verifyPassword(password, hash) {
      const start = clear(password);
      const bytes = stored(hash);
      const length = write(start, bytes.length);
      const outcome = wasm.verifyPassword(length, writeBehind(length, bytes));
      if (outcome < 0) fail();
      return outcome === 1;
    },

    needsRehash(hash) {
      const bytes = stored(hash);
      const outcome = wasm.needsRehash(writeBehind(write("", bytes.length), bytes));
      if (outcome < 0) fail();
      return outcome === 1;
    },
  };
}
