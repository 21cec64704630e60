const LEAST = 60; // seconds that Workers KV keeps a value at least

/** Keeps key sets in a namespace of Workers KV. */
export function kvStore(namespace) {
  if (typeof namespace?.get !== "function" || typeof namespace.put !== "function")
    throw new TypeError("kvStore needs a namespace of Workers KV: env.NAME, where NAME is its binding");
  const keyOf = (url) => `portcullis-keys:${url}`;
  return {
    async get(url) {
      const text = await namespace.get(keyOf(url));
      return text === null ? undefined : JSON.parse(text);
    },
    async put(url, set) {
      const expirationTtl = Math.max(LEAST, Math.ceil(set.usableUntil - set.fetchedAt));
      await namespace.put(keyOf(url), JSON.stringify(set), { expirationTtl });
    },
  };
}
