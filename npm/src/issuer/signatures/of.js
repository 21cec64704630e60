// A module of `portcullis/issuer` of its own, because most runtimes do not need it.
import { lazy } from "../../load/module.js";
import { memoryOf } from "../../memory.js";

/** Returns `checkSignature`. load/module.js explains `source`, and memory.js explains `reader`. */
export function signaturesOf(source, reader) {
  const memory = memoryOf(lazy(source).start, reader);
  const { fail, write, writeBehind } = memory;

  return {
    /** Whether the bytes `signature` are a signature of the bytes `signed` with the key. */
    checkSignature(alg, jwk, signed, signature) {
      const length = write(JSON.stringify({ ...jwk, alg }), signed.length + signature.length);
      writeBehind(length, signed);
      writeBehind(length + signed.length, signature);
      const end = length + signed.length + signature.length;
      const outcome = memory.wasm.checkSignature(length, signed.length, end);
      if (outcome < 0) fail();
      return outcome === 1;
    },
  };
}
