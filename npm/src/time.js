/** A number that an option gives, or what stands in for it. */
export function seconds(value, otherwise) {
  if (value === undefined) return otherwise;
  if (typeof value !== "number") throw new TypeError("a time or a duration must be a number of seconds");
  return value;
}

/** The time in seconds since the epoch: what `options` say, else `otherwise`, else the clock. */
export const nowFrom = (options, otherwise) => seconds(options?.now, otherwise) ?? Date.now() / 1000;

// Of this realm or another, or without a prototype; but no Map, which has what it holds elsewhere.
function isPlainObject(value) {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Refuses options that do not exist, as the module does with those of keys. */
export function checkOptions(options, known) {
  if (options === undefined) return;
  if (!isPlainObject(options)) throw new TypeError("options must be a plain object");
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) throw new TypeError(`the option "${name}" does not exist`);
  }
}
