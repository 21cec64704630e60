// Reads and checks options. A misread option would be a check that never runs, so every option is checked here in
// JavaScript, where its type is known, and each is read once.

// A regular expression instead of `String.prototype.isWellFormed`, which some Node 20 and browsers do not have.
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Whether a string has a UTF-8 encoding. A lone surrogate has none and would be encoded as another character. */
export const isWellFormed = (text) => !LONE_SURROGATE.test(text);

export const isObject = (value) => typeof value === "object" && value !== null;

/** Whether it is a Uint8Array of any realm. */
export const isBytes = (value) => ArrayBuffer.isView(value) && value[Symbol.toStringTag] === "Uint8Array";

/** Returns a copy of an array of strings, or undefined for any other value. */
export function texts(value) {
  if (!Array.isArray(value)) return undefined;
  const all = Array.from(value);
  return all.every((text) => typeof text === "string") ? all : undefined;
}

/** A kind of option: `read` returns the value to pass on, or undefined if it is not `what`. */
export const kind = (what, read) => Object.assign(read, { what });

export const text = /* @__PURE__ */ kind("a string", (value) => (typeof value === "string" ? value : undefined));
export const flag = /* @__PURE__ */ kind("true or false", (value) => (typeof value === "boolean" ? value : undefined));
export const list = /* @__PURE__ */ kind("an array of strings", texts);
export const oneOrMore = /* @__PURE__ */ kind("a string or an array of at least one string", (value) => {
  const all = typeof value === "string" ? [value] : texts(value);
  // An empty list would check nothing, so it is an error.
  return all?.length > 0 ? all : undefined;
});
const LATEST = 8.64e12; // the end of the range of `Date`, in seconds
export const time = /* @__PURE__ */ kind("a number of seconds since the epoch", (value) =>
  Number.isFinite(value) && Math.abs(value) <= LATEST ? value : undefined,
);
export const duration = /* @__PURE__ */ kind("a number of seconds, 0 or more", (value) =>
  Number.isFinite(value) && value >= 0 ? value : undefined,
);
export const length = /* @__PURE__ */ kind("a whole number of bytes, 0 or more", (value) =>
  Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : undefined,
);

/** Whether it is a plain object of any realm, or an object without a prototype. A Map is not: its entries are not members. */
export function isPlainObject(value) {
  if (!isObject(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

/** Says to await `value` if it is a promise. */
export const advice = (value) => (typeof value?.then === "function" ? "; await the promise" : "");

/** Throws unless `token` is a string. */
export function mustBeToken(token) {
  if (typeof token !== "string") throw new TypeError(`a token must be a string${advice(token)}`);
}

const NONE = Object.freeze({ __proto__: null });

/**
 * Reads options. `kinds` has no prototype, and maps the name of each option to its kind.
 */
export function readOptions(options, kinds) {
  if (options === undefined) return NONE;
  if (!isPlainObject(options)) {
    // `filter` and `map` pass the index of the element.
    const hint = typeof options === "number" ? "; in filter or map, write (token) => isExpired(token)" : "";
    throw new TypeError(`options must be a plain object${advice(options)}${hint}`);
  }
  const read = { __proto__: null };
  for (const name of Object.getOwnPropertyNames(options)) {
    const take = kinds[name];
    const wrong = (problem) => new TypeError(`the option "${name}" ${problem}`);
    if (take === undefined) throw wrong(`does not exist here; there are ${Object.keys(kinds).join(", ")}`);
    const value = options[name];
    if (value === undefined) continue;
    if (value === null) throw wrong("must not be null");
    const taken = take(value);
    if (taken === undefined) throw wrong(`must be ${take.what}`);
    if (typeof taken === "string" ? !isWellFormed(taken) : Array.isArray(taken) && !taken.every(isWellFormed)) {
      throw wrong("holds a lone surrogate");
    }
    read[name] = taken;
  }
  return read;
}

const NOW = { __proto__: null, now: time };

/** The time of a call in seconds since the epoch: `now` of `options`, else `otherwise`, else the clock. */
export function nowFrom(options, otherwise) {
  const now = options === undefined ? otherwise : (readOptions(options, NOW).now ?? otherwise);
  return now ?? Date.now() / 1000;
}
