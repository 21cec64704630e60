// Unpacks a WebAssembly module that scripts/lib/pack.mjs wrote as text: one character for each frequent byte and two
// for the others. The text starts with the list of the frequent bytes.

/** The characters that need no escape in any kind of quotes. */
export const ALPHABET = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
  .filter((character) => !"\"'`\\$<".includes(character))
  .join("");

// The number of characters at the end of the alphabet that only start a pair, for the bytes that are not frequent.
const SHIFTS = 2;

// scripts/lib/unpacker.wat, which takes a tenth of the time that JavaScript takes at the first call.
const UNPACKER =
  "AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBAAEHEwIGbWVtb3J5AgAGdW5wYWNrAAAKVwFVAQN/IAAhAgNAIAAgAUkEQCAALQAAIQMgAEEBaiEAIAMtAIADIgQEQCAALQAAIQMgAEEBaiEACyACIARBB3QgA2otAAA6AAAgAkEBaiECDAELCyACCw==";
const TABLE = 128;
const TEXT = (1 + SHIFTS + 1) * TABLE;
const PAGE = 65_536;

export function unpack(text) {
  const code = Uint8Array.from(atob(UNPACKER), (character) => character.charCodeAt(0));
  const { memory, unpack } = new WebAssembly.Instance(new WebAssembly.Module(code)).exports;
  memory.grow(Math.ceil((TEXT + text.length) / PAGE));
  const bytes = new Uint8Array(memory.buffer);

  const plain = ALPHABET.length - SHIFTS;
  const meant = [];
  for (let rank = 0, byte = 0; rank < plain; rank++) meant[rank] = byte += ALPHABET.indexOf(text[rank]);
  const frequent = new Set(meant);
  for (let byte = 0; byte < 256; byte++) if (!frequent.has(byte)) meant.push(byte);
  for (let rank = 0; rank < ALPHABET.length; rank++) {
    const character = ALPHABET.charCodeAt(rank);
    bytes[character] = meant[rank];
    for (let shift = 1; shift <= SHIFTS; shift++) {
      bytes[shift * TABLE + character] = meant[plain + (shift - 1) * ALPHABET.length + rank];
    }
    bytes[(1 + SHIFTS) * TABLE + character] = Math.max(0, rank - plain + 1);
  }

  const { written } = new TextEncoder().encodeInto(text, bytes.subarray(TEXT));
  return bytes.subarray(TEXT + plain, unpack(TEXT + plain, TEXT + written));
}
