import { Buffer } from "node:buffer";

/** Reads text between two addresses of `buffer`: a fourth less than with a TextDecoder. */
export function readerOf(buffer) {
  const bytes = Buffer.from(buffer);
  return (start, end, isAscii) => bytes.toString(isAscii ? "latin1" : "utf8", start, end);
}
