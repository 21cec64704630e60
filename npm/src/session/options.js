const KEEPS = ["getItem", "setItem", "removeItem"];
const isText = (value) => typeof value === "string";
// Nothing is asked of a string: it would have the `href` of a polluted Object.prototype.
const textOf = (value) => (isText(value) ? value : value?.href);
const isAddress = (value) => isText(textOf(value));
const isFunction = (value) => typeof value === "function";

// Whether an option can be what it is. Not the package's own reading of options, which has as much again.
const KINDS = {
  __proto__: null,
  url: isAddress,
  origins: (value) => Array.isArray(value) && value.every(isAddress),
  storage: (value) => KEEPS.every((name) => isFunction(value?.[name])),
  storageKey: isText,
  fetch: isFunction,
  refreshBefore: (value) => Number.isFinite(value) && value >= 0,
};

/** An address for the option `name`, relative to `page`: of http or https, without a user. */
function address(name, given, page) {
  let url;
  try {
    url = new URL(textOf(given), page);
  } catch {
    // Below.
  }
  if (!/^https?:$/.test(url?.protocol) || url.username || url.password) {
    throw new TypeError(`the option "${name}" must be an address of http or https, without a user`);
  }
  return url;
}

/** An origin and nothing more: what stands behind it would be taken for a limit. */
function exactOrigin(given) {
  const { href, origin } = address("origins", given);
  if (href !== `${origin}/`)
    throw new TypeError('the option "origins" must be an address of http or https, without a path');
  return origin;
}

/** An option that is misspelt is a TypeError; one that is undefined counts as not given. */
export function sessionOptions(given) {
  // Without a prototype, which could hold options that nobody gave.
  const options = { __proto__: null };
  for (const [name, value] of Object.entries(given)) {
    if (!KINDS[name]) throw new TypeError(`the option "${name}" does not exist`);
    if (value !== undefined && !KINDS[name](value)) throw new TypeError(`the option "${name}" has the wrong type`);
    options[name] = value;
  }
  const { origin, pathname } = address("url", options.url, globalThis.location?.href);
  // With no slash at its end.
  const url = origin + pathname.replace(/\/+$/, "");
  const {
    origins = [],
    storage,
    storageKey = `portcullis.session ${url}`,
    // Looked up when it is called, and called without a receiver, as it wants to be.
    fetch = (input, init) => globalThis.fetch(input, init),
    refreshBefore = 60,
  } = options;
  return { url, origins: [origin, ...origins.map(exactOrigin)], storage, storageKey, fetch, refreshBefore };
}
