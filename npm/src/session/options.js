// The methods that a storage must have.
const STORAGE_METHODS = ["getItem", "setItem", "removeItem"];
const isText = (value) => typeof value === "string";
// A string's `href` is never read: it could come from a polluted Object.prototype.
const textOf = (value) => (isText(value) ? value : value?.href);
const isAddress = (value) => isText(textOf(value));
const isFunction = (value) => typeof value === "function";

// Checks an option's type. The package's own `readOptions` is not used, because it would double the size of this code.
const KINDS = {
  __proto__: null,
  url: isAddress,
  origins: (value) => Array.isArray(value) && value.every(isAddress),
  storage: (value) => STORAGE_METHODS.every((name) => isFunction(value?.[name])),
  storageKey: isText,
  fetch: isFunction,
  refreshBefore: (value) => Number.isFinite(value) && value >= 0,
};

/** Reads the address in the option `name`, relative to `page`. It must be http or https, without a user. */
function address(name, given, page) {
  let url;
  try {
    url = new URL(textOf(given), page);
  } catch {
    // The check below throws, because `url` is undefined.
  }
  if (!/^https?:$/.test(url?.protocol) || url.username || url.password) {
    throw new TypeError(`the option "${name}" must be an address of http or https, without a user`);
  }
  return url;
}

/** Reads an origin. A path is an error, because it would look like a limit to that path. */
function exactOrigin(given) {
  const { href, origin } = address("origins", given);
  if (href !== `${origin}/`)
    throw new TypeError('the option "origins" must be an address of http or https, without a path');
  return origin;
}

/** Reads the options. A misspelt option is a TypeError; an undefined option counts as not given. */
export function sessionOptions(given) {
  // Without a prototype: a polluted Object.prototype could otherwise add options.
  const options = { __proto__: null };
  for (const [name, value] of Object.entries(given)) {
    if (!KINDS[name]) throw new TypeError(`the option "${name}" does not exist`);
    if (value !== undefined && !KINDS[name](value)) throw new TypeError(`the option "${name}" has the wrong type`);
    options[name] = value;
  }
  const { origin, pathname } = address("url", options.url, globalThis.location?.href);
  // Without a slash at the end.
  const url = origin + pathname.replace(/\/+$/, "");
  const {
    origins = [],
    storage,
    storageKey = `portcullis.session ${url}`,
    // Looks up `fetch` at each call, and calls it on the global object because browsers require that.
    fetch = (input, init) => globalThis.fetch(input, init),
    refreshBefore = 60,
  } = options;
  return { url, origins: [origin, ...origins.map(exactOrigin)], storage, storageKey, fetch, refreshBefore };
}
