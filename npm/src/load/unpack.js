// Unpacks a WebAssembly module that scripts/lib/pack.mjs wrote as text: one character for each frequent byte and two
// for the others. The text starts with the list of the frequent bytes.

/** The characters that need no escape in any kind of quotes. */
export const ALPHABET = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
  .filter((character) => !"\"'`\\$<".includes(character))
  .join("");

// The number of characters at the end of the alphabet that only start a pair, for the bytes that are not frequent.
const SHIFTS = 2;

export function unpack(text) {
  const plain = ALPHABET.length - SHIFTS;
  const ranks = new Uint8Array(128);
  for (let rank = 0; rank < ALPHABET.length; rank++) ranks[ALPHABET.charCodeAt(rank)] = rank;

  const meant = [];
  for (let rank = 0, byte = 0; rank < plain; rank++) meant[rank] = byte += ranks[text.charCodeAt(rank)];
  const frequent = new Set(meant);
  for (let byte = 0; byte < 256; byte++) if (!frequent.has(byte)) meant.push(byte);

  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let at = plain; at < text.length; at++) {
    let rank = ranks[text.charCodeAt(at)];
    if (rank >= plain) rank = plain + (rank - plain) * ALPHABET.length + ranks[text.charCodeAt(++at)];
    bytes[length++] = meant[rank];
  }
  return bytes.subarray(0, length);
}
