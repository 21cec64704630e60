// The JavaScript side of crates/wasm/src/memory.rs: text goes into the module's memory as
// UTF-8 and comes out of it, and numbers say where it lies.
import { TokenError } from "./error.js";

/** The longest token that is read without a key, in bytes: `MAX_LENGTH` of src/token/mod.rs. */
export const LONGEST_TOKEN = 8192;

// The indexes of the numbers, which crates/wasm/src/memory.rs defines; tests/npm/rust-numbers.test.mjs compares
// them. Constants of a module cost nothing where members of an object would.
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
// What kind of value a claim has; else it is JSON.
const STRING = 1;
const NUMBER = 2;
const BOOLEAN = 3;
const NULL = 4;
// 3 * (LONGEST_TOKEN + 1): room for any token of the default length and one character more, of at most three bytes each.
const LEAST_ROOM = 24_579;
const NOWHERE = new Uint8Array(0);

const encoder = new TextEncoder();
// What comes out is valid, and a byte order mark in it is content.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Reads text between two addresses of `buffer`; others make use of being told that it is ASCII. */
function readerOf(buffer) {
  const bytes = new Uint8Array(buffer);
  return (start, end) => decoder.decode(bytes.subarray(start, end));
}

const isScalar = (value) => typeof value !== "object" || value === null;

/**
 * The names of an object's members, if they are in the order of the text, where numbers would not be,
 * and none of them means anything to an assignment, as what all objects inherit may.
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
 * The memory of the module's instance that has these exports; a runtime may have a faster reader
 * than all have, and a module an error of its own.
 */
export function memoryOf({ memory, facts, input, stack }, reader = readerOf, Refusal = TokenError) {
  let target = NOWHERE;
  let textBetween;
  let numbers = [];
  const top = stack.value;

  // The header that the last token had, and the one before it, most likely.
  let generation = NaN;
  let headerText;
  let flatHeader;

  // The names of the claims that the last token had.
  let claimGeneration = NaN;
  let claimNames;

  /**
   * Makes the views anew. A memory that grew leaves the old ones without a length. And where the
   * engine has ended a call in its midst, for want of stack, the module has another memory now.
   */
  function refresh(room) {
    // Until all is done, nothing is written: this may be ended as well.
    [target, numbers] = [NOWHERE, []];
    generation = claimGeneration = NaN;
    stack.value = top;
    // Either may let the memory grow.
    const [targetAt, numbersAt] = [input(room), facts()];
    textBetween = reader(memory.buffer);
    const found = new Float64Array(memory.buffer, numbersAt, FACTS);
    target = new Uint8Array(memory.buffer, targetAt, room);
    numbers = found;
  }

  // A view without a length has no number.
  function reserve(length) {
    if (length > target.byteLength || numbers[BUSY] !== 0) refresh(Math.max(length, LEAST_ROOM));
  }

  function textAt(address, length, isAscii = false) {
    return textBetween(address, address + length, isAscii);
  }

  function current() {
    if (numbers[BUSY] !== 0) refresh(LEAST_ROOM);
    return numbers;
  }

  return {
    /**
     * Writes `text` to the input and says how many bytes it has there. Behind
     * it there is room for `more` of them.
     */
    write(text, more = 0) {
      reserve(text.length * 3 + more);
      return encoder.encodeInto(text, target).written;
    },

    /** Writes bytes to the input behind `offset` bytes for which there is room. */
    writeBehind(offset, source) {
      target.set(source, offset);
      return source.length;
    },

    /**
     * Writes a token to the input. Of one that is longer than `longest` only
     * as much is written as shows that it is.
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
     * The header of the last token, an object of the caller's own. Its text is
     * read anew only when it is another one than before.
     */
    header() {
      const found = current();
      if (found[HEADER_GENERATION] !== generation) {
        headerText = textAt(found[HEADER], found[HEADER + 1]);
        const header = JSON.parse(headerText);
        // What is copied member by member must have nothing that both would share.
        flatHeader = Object.values(header).every(isScalar) && !Object.hasOwn(header, "__proto__") ? header : undefined;
        generation = found[HEADER_GENERATION];
      }
      return flatHeader === undefined ? JSON.parse(headerText) : { ...flatHeader };
    },

    /**
     * The claims of the last token. The module has parsed them and knows where each value stands;
     * where the names are those of the token before, an object is made of the values, in a third
     * of the time that it takes to parse the text once more.
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

    /** Throws why the last call failed. */
    fail() {
      const found = current();
      const [start, length, codeLength, claimLength] = [TEXT, TEXT + 1, CODE_LENGTH, CLAIM_LENGTH].map(
        (at) => found[at],
      );
      const aboutClaim = !Number.isNaN(claimLength);
      const skipped = codeLength + (aboutClaim ? claimLength : 0);
      const message = textAt(start + skipped, length - skipped);
      if (codeLength === 0) throw new TypeError(message);
      throw new Refusal(message, {
        code: textAt(start, codeLength),
        claim: aboutClaim ? textAt(start + codeLength, claimLength) : undefined,
        expiredAt: found[EXPIRED_AT],
        notBefore: found[BEGINS_AT],
      });
    },
  };
}
