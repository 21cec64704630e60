const KEEPS = ["getItem", "setItem", "removeItem"];
const isText = (value) => typeof value === "string";
const isFunction = (value) => typeof value === "function";

// Whether an option can be what it is. Not the package's own reading of options, which has as much again.
const KINDS = {
  __proto__: null,
  url: (value) => isText(value?.href ?? value),
  storage: (value) => KEEPS.every((name) => isFunction(value?.[name])),
  storageKey: isText,
  fetch: isFunction,
  refreshBefore: (value) => Number.isFinite(value) && value >= 0,
};

/** The service's address, with no slash at its end. */
function base(given) {
  let url;
  try {
    url = new URL(given?.href ?? given, globalThis.location?.href);
  } catch {
    // Below.
  }
  if (!/^https?:$/.test(url?.protocol) || url.username || url.password) {
    throw new TypeError('the option "url" must be an address of http or https, without a user');
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

/** An option that is misspelt is a TypeError; one that is undefined counts as not given. */
export function sessionOptions(options) {
  for (const [name, value] of Object.entries(options)) {
    if (!KINDS[name]) throw new TypeError(`the option "${name}" does not exist`);
    if (value !== undefined && !KINDS[name](value)) throw new TypeError(`the option "${name}" has the wrong type`);
  }
  const url = base(options.url);
  const {
    storage,
    storageKey = `portcullis.session ${url}`,
    // Looked up when it is called, and called without a receiver, as it wants to be.
    fetch = (input, init) => globalThis.fetch(input, init),
    refreshBefore = 60,
  } = options;
  return { url, storage, storageKey, fetch, refreshBefore };
}
