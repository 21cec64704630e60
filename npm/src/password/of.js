// `portcullis/password`: has its own WebAssembly module.
import { lazy } from "../load/module.js";
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

/** Returns the functions. load/module.js explains `source`, and memory.js explains `reader`. */
export function hasherOf(source, reader) {
  const { start, ready } = lazy(source);
  const memory = memoryOf(start, reader, PasswordError);
  const { fail, text, write, writeBehind } = memory;

  return {
    ready,

    hashPassword(password) {
      const length = write(clear(password), SALT);
      writeBehind(length, crypto.getRandomValues(new Uint8Array(SALT)));
      if (!memory.wasm.hashPassword(length)) fail();
      return text();
    },

    verifyPassword(password, hash) {
      const start = clear(password);
      const bytes = stored(hash);
      const length = write(start, bytes.length);
      const outcome = memory.wasm.verifyPassword(length, writeBehind(length, bytes));
      if (outcome < 0) fail();
      return outcome === 1;
    },

    needsRehash(hash) {
      const bytes = stored(hash);
      write("", bytes.length);
      const outcome = memory.wasm.needsRehash(writeBehind(0, bytes));
      if (outcome < 0) fail();
      return outcome === 1;
    },
  };
}
