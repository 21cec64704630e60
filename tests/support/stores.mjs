// KV namespaces and account objects that fail or answer late, as sources of modules for
// startWorker's `bindings`.

/**
 * A KV namespace in front of the real one. `read(key, text)` is the body of a function that returns the
 * value of a key; `write(key, value)` is the body of one that writes. The bodies can use `store`, the real namespace.
 */
export const kv = ({ read = "return store.get(key);", write = "return store.put(key, value);" } = {}) => `
  export default ({ STORE: store }) => {
    const read = async (key) => { ${read} };
    const one = async (key, type) => {
      const text = await read(key);
      return text !== null && (type?.type ?? type) === "json" ? JSON.parse(text) : text;
    };
    const get = async (key, type) => {
      if (!Array.isArray(key)) return one(key, type);
      return new Map(await Promise.all(key.map(async (key) => [key, await one(key, type)])));
    };
    return {
      get,
      getWithMetadata: async (key, type) => ({ value: await get(key, type), metadata: null, cacheStatus: null }),
      list: async (options) => { await read("list"); return store.list(options); },
      put: async (key, value) => { ${write} },
      delete: async (key) => store.delete(key),
    };
  };
`;

/** A namespace that reports keys with this prefix as missing, as KV does for a minute after a read that found nothing. */
export const kvWithCachedMiss = (prefix) =>
  kv({ read: `return key.startsWith(${JSON.stringify(prefix)}) ? null : store.get(key);` });

/** A namespace that reads and rejects every write. */
export const kvReadOnly = kv({ write: 'throw new Error("KV PUT failed: 429 kv-internal-detail");' });

/** A namespace that reads the previous value of a key from `stale:<key>`, if that key exists. */
export const kvStale = kv({ read: 'return (await store.get("stale:" + key)) ?? store.get(key);' });

/** A namespace that does so once, from `stale-once:<key>`. The next read, as if from another place, returns the current value. */
export const kvStaleOnce = kv({
  read: `
    const stale = await store.get("stale-once:" + key);
    if (stale === null) return store.get(key);
    await store.delete("stale-once:" + key);
    return stale;
  `,
});

/** A namespace whose writes take this many milliseconds while the key `slow` is set. */
export const kvSlowWrites = (milliseconds) =>
  kv({
    write: `
      if ((await store.get("slow")) !== null) await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
      return store.put(key, value);
    `,
  });

/** A namespace whose reads fail while the key `down` is set. */
export const kvDown = kv({
  read: 'if ((await store.get("down")) !== null) throw new Error("kv-internal-detail"); return store.get(key);',
});

/** A namespace that records each read of a key in `read:<key>`. */
export const kvNoted = kv({ read: 'await store.put("read:" + key, "yes"); return store.get(key);' });

/** Account objects that answer every request by this function body. */
export const accounts = (body) => `
  import { DurableObject } from "cloudflare:workers";
  export class Account extends DurableObject {
    async fetch(request) { ${body} }
  }
  export default { fetch: () => new Response(null, { status: 404 }) };
`;

/** Account objects whose constructor throws. */
export const accountsNotMade = `
  import { DurableObject } from "cloudflare:workers";
  export class Account extends DurableObject {
    constructor(...from) {
      super(...from);
      throw new Error("object-internal-detail");
    }
  }
  export default { fetch: () => new Response(null, { status: 404 }) };
`;
