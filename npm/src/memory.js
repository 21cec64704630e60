// The JavaScript side of crates/wasm/src/memory.rs. Text is written to the module's memory as UTF-8 and read from
// it; numbers in the same memory give the addresses.
import { TokenError } from "./error.js";

/** The length in bytes of the longest token that is read without a key: `MAX_LENGTH` of src/token/mod.rs. */
export const LONGEST_TOKEN = 8192;

// The indexes of the numbers, which crates/wasm/src/memory.rs defines; tests/npm/rust-numbers.test.mjs compares
// them. They are constants of the module, because reading the members of an object would take time.
const HEADER = 0;
const HEADER_GENERATION = 2;
const CLAIMS = 3;
export const ISSUED_AT = 5;
export const NOT_BEFORE = 6;
export const EXPIRES_AT = 7;
export const SECONDS_LEFT = 8;
export const LEGACY = 9;
const TEXT = 10;
const CODE_LENGTH = 12;
const CLAIM_LENGTH = 13;
const EXPIRED_AT = 14;
const BEGINS_AT = 15;
const CLAIM_COUNT = 16;
const CLAIM_GENERATION = 17;
const CLAIM_VALUES = 18;
const MOST_CLAIMS = 16;
const BUSY = CLAIM_VALUES + 3 * MOST_CLAIMS;
const FACTS = BUSY + 1;
// The kinds of claim values. A value of any other kind is JSON text.
const STRING = 1;
const NUMBER = 2;
const BOOLEAN = 3;
const NULL = 4;
// 3 * (LONGEST_TOKEN + 1): room for the longest token and one more character, at most three bytes per character.
const LEAST_ROOM = 24_579;
const NOWHERE = new Uint8Array(0);

const encoder = new TextEncoder();
// The module writes only valid UTF-8. A byte order mark is part of the text.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The default `reader`: returns a function that reads the text between two addresses of `buffer`. A faster reader may
 * use a third argument, which says whether the text is ASCII.
 */
function readerOf(buffer) {
  const bytes = new Uint8Array(buffer);
  return (start, end) => decoder.decode(bytes.subarray(start, end));
}

const isScalar = (value) => typeof value !== "object" || value === null;

/**
 * The names of an object's members, or undefined if they cannot be reused. Names that start with a digit may not
 * be in the order of the text, and assigning to an inherited name such as `__proto__` may not add a member.
 */
function namesInOrder(object) {
  const names = Object.keys(object);
  return names.some((name) => name in Object.prototype || /^\d/.test(name)) ? undefined : names;
}

function claimValue(found, at, text) {
  switch (found[at]) {
    case STRING:
      return text.substring(found[at + 1], found[at + 2]);
    case NUMBER:
      return found[at + 1];
    case BOOLEAN:
      return found[at + 1] === 1;
    case NULL:
      return null;
    default:
      return JSON.parse(text.substring(found[at + 1], found[at + 2]));
  }
}

/**
 * The memory of the instance that has these exports; `stack` is the instance's stack pointer. A runtime may pass a
 * faster `reader` than the default, and `portcullis/password` passes its own error class.
 */
export function memoryOf({ memory, facts, input, stack }, reader = readerOf, ErrorClass = TokenError) {
  // `target`: the view of the input. `numbers`: the view of the facts.
  let target = NOWHERE;
  let textBetween;
  let numbers = [];
  const top = stack.value;

  // The last token's header. The next token most likely has the same header.
  let generation = NaN;
  let headerText;
  let flatHeader;

  // The names of the last token's claims.
  let claimGeneration = NaN;
  let claimNames;

  /**
   * Makes new views with room for `room` bytes of input. The old views have no length after the memory has grown. If
   * the engine has aborted a call because the stack was full, the module uses other addresses afterwards, and the
   * stack pointer must be reset.
   */
  function refresh(room) {
    // The engine may abort this function too. Until it has finished, the views are empty, so nothing is written.
    [target, numbers] = [NOWHERE, []];
    generation = claimGeneration = NaN;
    stack.value = top;
    // Each of these calls may grow the memory.
    const [targetAt, numbersAt] = [input(room), facts()];
    textBetween = reader(memory.buffer);
    const found = new Float64Array(memory.buffer, numbersAt, FACTS);
    target = new Uint8Array(memory.buffer, targetAt, room);
    numbers = found;
  }

  /** Makes room for `length` bytes of input. In a view without a length `numbers[BUSY]` is undefined, not 0. */
  function reserve(length) {
    if (length > target.byteLength || numbers[BUSY] !== 0) refresh(Math.max(length, LEAST_ROOM));
  }

  function textAt(address, length, isAscii = false) {
    return textBetween(address, address + length, isAscii);
  }

  /** Returns the facts, with new views if the old views are out of date. */
  function current() {
    if (numbers[BUSY] !== 0) refresh(LEAST_ROOM);
    return numbers;
  }

  return {
    /**
     * Writes `text` to the input and returns its length in bytes. Reserves room for `more` bytes after it.
     */
    write(text, more = 0) {
      reserve(text.length * 3 + more);
      return encoder.encodeInto(text, target).written;
    },

    /** Writes bytes to the input at `offset`. `write` must have reserved the room. */
    writeBehind(offset, source) {
      target.set(source, offset);
      return source.length;
    },

    /**
     * Writes a token to the input. A token longer than `longest` is cut after one more character, which is enough
     * for the module to see that it is too long.
     */
    writeToken(token, longest) {
      if (typeof token !== "string") throw new TypeError("a token must be a string");
      const text = token.length > longest ? token.slice(0, longest + 1) : token;
      reserve(text.length * 3);
      return encoder.encodeInto(text, target).written;
    },

    /** The numbers that describe the last outcome. */
    facts: current,

    /** The text of the last outcome. */
    text() {
      const found = current();
      return textAt(found[TEXT], found[TEXT + 1]);
    },

    /**
     * The header of the last token, as a new object. Its text is only parsed again when it has changed.
     */
    header() {
      const found = current();
      if (found[HEADER_GENERATION] !== generation) {
        headerText = textAt(found[HEADER], found[HEADER + 1]);
        const header = JSON.parse(headerText);
        // A header is copied member by member only if all members are scalars: the copies must not share objects.
        flatHeader = Object.values(header).every(isScalar) && !Object.hasOwn(header, "__proto__") ? header : undefined;
        generation = found[HEADER_GENERATION];
      }
      return flatHeader === undefined ? JSON.parse(headerText) : { ...flatHeader };
    },

    /**
     * The claims of the last token. The module has parsed them and knows where each value is. If the names are the
     * same as in the previous token, the object is made from the values, in a third of the time of `JSON.parse`.
     */
    claims() {
      const found = current();
      const count = found[CLAIM_COUNT];
      const text = textAt(found[CLAIMS], found[CLAIMS + 1], count !== 0);
      if (count === 0) return JSON.parse(text);
      if (found[CLAIM_GENERATION] !== claimGeneration) {
        const claims = JSON.parse(text);
        claimNames = namesInOrder(claims);
        claimGeneration = found[CLAIM_GENERATION];
        return claims;
      }
      if (claimNames === undefined) return JSON.parse(text);
      const claims = {};
      for (let i = 0, at = CLAIM_VALUES; i < count; i++, at += 3) {
        claims[claimNames[i]] = claimValue(found, at, text);
      }
      return claims;
    },

    /** Throws the error of the last call. */
    fail() {
      const found = current();
      const [start, length, codeLength, claimLength] = [TEXT, TEXT + 1, CODE_LENGTH, CLAIM_LENGTH].map(
        (at) => found[at],
      );
      const aboutClaim = !Number.isNaN(claimLength);
      const skipped = codeLength + (aboutClaim ? claimLength : 0);
      const message = textAt(start + skipped, length - skipped);
      if (codeLength === 0) throw new TypeError(message);
      throw new ErrorClass(message, {
        code: textAt(start, codeLength),
        claim: aboutClaim ? textAt(start + codeLength, claimLength) : undefined,
        expiredAt: found[EXPIRED_AT],
        notBefore: found[BEGINS_AT],
      });
    },
  };
}
