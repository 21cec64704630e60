// The other side of src/js/memory.rs: text goes into the module's memory as
// UTF-8 and comes out of it, without an allocation in between.
import * as wasm from "../wasm/portcullis.js";

const FACTS = 8;
const LEAST_ROOM = 4096;

const encoder = new TextEncoder();
// What comes out is valid, and a byte order mark in it is content.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

let memory;
let bytes = new Uint8Array(0);
let target = new Uint8Array(0);
let numbers = new Float64Array(0);
let room = 0;

/** Once for each instance of the module. */
export function connect(instanceMemory) {
  memory = instanceMemory;
}

// A memory that grew leaves the old views without a length.
function refresh() {
  if (bytes.byteLength !== 0) return;
  bytes = new Uint8Array(memory.buffer);
  numbers = new Float64Array(memory.buffer, wasm.facts(), FACTS);
  target = new Uint8Array(memory.buffer, wasm.input(room), room);
}

function reserve(length) {
  if (length > room) {
    room = Math.max(length, LEAST_ROOM);
    const address = wasm.input(room);
    refresh();
    target = new Uint8Array(memory.buffer, address, room);
  }
  refresh();
}

/** Writes `text` to the input and says how many bytes it has there. */
export function write(text) {
  reserve(text.length * 3);
  return encoder.encodeInto(text, target).written;
}

/**
 * Writes a token to the input. Of one that is longer than `longest` only as
 * much is written as shows that it is.
 */
export function writeToken(token, longest) {
  if (typeof token !== "string") throw new TypeError("a token must be a string");
  return write(token.length > longest ? token.slice(0, longest + 1) : token);
}

/** Writes bytes to the input. */
export function writeBytes(source) {
  reserve(source.length);
  target.set(source);
  return source.length;
}

/** The eight numbers that describe the last outcome. */
export function facts() {
  refresh();
  return numbers;
}

/** The text of the last outcome. */
export function read() {
  const [address, length] = facts();
  return decoder.decode(bytes.subarray(address, address + length));
}
