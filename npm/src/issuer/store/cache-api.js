const NAME = "portcullis-keys";

// An address of its own: under the URL of the keys, the cache could answer the fetch of the keys themselves.
const addressOf = (url) => `https://${NAME}.invalid/${encodeURIComponent(url)}`;

/** Keeps key sets in a cache of the Cache API. */
export function cacheApiStore(cache) {
  // Opened at the first use: outside of a request Workers allow no I/O.
  const opened = async () => cache ?? globalThis.caches.default ?? (await globalThis.caches.open(NAME));
  return {
    async get(url) {
      const response = await (await opened()).match(addressOf(url));
      return response?.json();
    },
    async put(url, set) {
      const seconds = Math.ceil(set.usableUntil - set.fetchedAt);
      const headers = { "content-type": "application/json", "cache-control": `max-age=${seconds}` };
      await (await opened()).put(addressOf(url), new Response(JSON.stringify(set), { headers }));
    },
  };
}
