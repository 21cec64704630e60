// Bytes as a text for a source: the other side of npm/src/load/unpack.js.
//
// Base64 cuts bytes to pieces: what repeats in them no longer does in the text, and with gzip it
// weighs a third more than they. Here the most frequent bytes are one character each and the
// others two, so that a text compresses as the bytes themselves (inspect.wasm with gzip -9: 14.0 kB
// raw, 18.5 kB in base64, 15.1 kB in hex, 14.0 kB like this). No character needs an escape in any
// kind of string, so that minifiers leave the text as it is, nor can it end a script in a page.
import { ALPHABET } from "../../npm/src/load/unpack.js";

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
  // First which bytes are the frequent ones: the distance of each from the one before.
  const gaps = frequent.map((byte, rank) => ALPHABET[byte - (rank > 0 ? frequent[rank - 1] : 0)]);
  if (gaps.includes(undefined)) throw new Error("the frequent bytes lie too far apart");
  return gaps.join("") + Array.from(bytes, (byte) => written[byte]).join("");
}
