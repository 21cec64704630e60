// Options: what each may be. One that is misread is a check that is not made,
// so all are looked at here, where it can be seen what they are, and each is
// read once.

// A check on Unicode, not on `isWellFormed`, which is younger than Node 20's own.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a string has UTF-8: with a lone surrogate another would stand in for it. */
export const isWellFormed = (text) => !LONE_SURROGATE.test(text);

/** A copy of an array of strings, else undefined. */
export function texts(value) {
  if (!Array.isArray(value)) return undefined;
  const all = Array.from(value);
  return all.every((text) => typeof text === "string") ? all : undefined;
}

// Each says what is handed over of a value, or undefined if it has the wrong type.
export const text = (value) => (typeof value === "string" ? value : undefined);
export const flag = (value) => (typeof value === "boolean" ? value : undefined);
export function oneOrMore(value) {
  const all = typeof value === "string" ? [value] : texts(value);
  // Asking for none of them is not asking for anything.
  return all?.length > 0 ? all : undefined;
}
export const seconds = (value) => (Number.isFinite(value) ? value : undefined);
export const duration = (value) => (Number.isFinite(value) && value >= 0 ? value : undefined);
export const length = (value) => (Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : undefined);

// Of this realm or another, or without a prototype; but no Map, which has what it holds elsewhere.
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

const NONE = Object.freeze({ __proto__: null });

/**
 * Reads options. `kinds` has no prototype, and for each option that exists
 * one of the functions above.
 */
export function readOptions(options, kinds) {
  if (options === undefined) return NONE;
  if (!isPlainObject(options)) throw new TypeError("options must be a plain object");
  const read = { __proto__: null };
  for (const name of Object.getOwnPropertyNames(options)) {
    const kind = kinds[name];
    const wrong = (problem) => new TypeError(`the option "${name}" ${problem}`);
    if (kind === undefined) throw wrong("does not exist");
    const value = options[name];
    if (value === undefined) continue;
    if (value === null) throw wrong("must not be null");
    const taken = kind(value);
    if (taken === undefined) throw wrong("has the wrong type");
    if (typeof taken === "string" ? !isWellFormed(taken) : Array.isArray(taken) && !taken.every(isWellFormed)) {
      throw wrong("holds a lone surrogate");
    }
    read[name] = taken;
  }
  return read;
}

const NOW = { __proto__: null, now: seconds };

/** The time of a call in seconds since the epoch: what `options` say, else `otherwise`, else the clock. */
export function nowFrom(options, otherwise) {
  const now = options === undefined ? otherwise : (readOptions(options, NOW).now ?? otherwise);
  return now ?? Date.now() / 1000;
}
