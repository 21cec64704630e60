// Reads and checks options. A misread option would be a check that never runs, so every option is checked here in
// JavaScript, where its type is known, and each is read once.

// A regular expression instead of `String.prototype.isWellFormed`, which some Node 20 and browsers do not have.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a string has a UTF-8 encoding. A lone surrogate has none and would be encoded as another character. */
export const isWellFormed = (text) => !LONE_SURROGATE.test(text);

/** Returns a copy of an array of strings, or undefined for any other value. */
export function texts(value) {
  if (!Array.isArray(value)) return undefined;
  const all = Array.from(value);
  return all.every((text) => typeof text === "string") ? all : undefined;
}

// Each function returns the value to pass on, or undefined if its type is wrong.
export const text = (value) => (typeof value === "string" ? value : undefined);
export const flag = (value) => (typeof value === "boolean" ? value : undefined);
export function oneOrMore(value) {
  const all = typeof value === "string" ? [value] : texts(value);
  // An empty list would check nothing, so it is an error.
  return all?.length > 0 ? all : undefined;
}
export const seconds = (value) => (Number.isFinite(value) ? value : undefined);
export const duration = (value) => (Number.isFinite(value) && value >= 0 ? value : undefined);
export const length = (value) => (Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : undefined);

// A plain object of this or another realm, or an object without a prototype. Not a Map: its entries are not members.
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

const NONE = Object.freeze({ __proto__: null });

/**
 * Reads options. `kinds` has no prototype, and maps the name of each option to one of the functions above.
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

/** The time of a call in seconds since the epoch: `now` of `options`, else `otherwise`, else the clock. */
export function nowFrom(options, otherwise) {
  const now = options === undefined ? otherwise : (readOptions(options, NOW).now ?? otherwise);
  return now ?? Date.now() / 1000;
}
