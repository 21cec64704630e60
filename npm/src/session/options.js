import { duration, readOptions, text } from "../options.js";

const callable = (value) => (typeof value === "function" ? value : undefined);
const keeper = (value) =>
  ["getItem", "setItem", "removeItem"].every((name) => typeof value?.[name] === "function") ? value : undefined;
const address = (value) => text(value) ?? text(value?.href);

const KINDS = { __proto__: null, url: address, storage: keeper, storageKey: text, fetch: callable, refreshBefore: duration };

/** The service's address, with no slash at its end. */
function base(given) {
  if (given === undefined) throw new TypeError('the option "url" is missing');
  let url;
  try {
    url = new URL(given, globalThis.location?.href);
  } catch {
    // Below.
  }
  if (!/^https?:$/.test(url?.protocol) || url.username || url.password) {
    throw new TypeError('the option "url" must be an address of http or https, without a user');
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

export function sessionOptions(options) {
  const read = readOptions(options, KINDS);
  const url = base(read.url);
  return {
    ...{ storageKey: `portcullis.session ${url}`, refreshBefore: 60 },
    // Looked up when it is called, and called without a receiver, as it wants to be.
    ...{ fetch: (input, init) => globalThis.fetch(input, init) },
    ...read,
    url,
  };
}
