// Writes bytes as text for a JavaScript source; npm/src/load/unpack.js reads it.
//
// Base64 splits bytes, so repeated bytes do not repeat in the text, and after gzip it is a third larger. Here each
// frequent byte is one character and every other byte two, so the text compresses as well as the bytes. No character
// needs an escape in any kind of string, so minifiers leave the text as it is, and the text cannot end a script in a
// page.
import { ALPHABET } from "../../npm/src/load/unpack.js";

// The number of characters that only start a pair, as in unpack.js.
const SHIFTS = 2;

export function pack(bytes) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte] += 1;
  const plain = ALPHABET.length - SHIFTS;
  const byCount = [...counts.keys()].sort((one, other) => counts[other] - counts[one]);
  const frequent = byCount.slice(0, plain).sort((one, other) => one - other);
  const rare = byCount.slice(plain).sort((one, other) => one - other);

  const written = [];
  frequent.forEach((byte, rank) => (written[byte] = ALPHABET[rank]));
  rare.forEach((byte, rank) => {
    const shift = ALPHABET[plain + Math.floor(rank / ALPHABET.length)];
    written[byte] = shift + ALPHABET[rank % ALPHABET.length];
  });
  // The text starts with the list of the frequent bytes: the distance of each byte from the previous byte.
  const gaps = frequent.map((byte, rank) => ALPHABET[byte - (rank > 0 ? frequent[rank - 1] : 0)]);
  if (gaps.includes(undefined)) throw new Error("the frequent bytes lie too far apart");
  return gaps.join("") + Array.from(bytes, (byte) => written[byte]).join("");
}
