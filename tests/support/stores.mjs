// KV namespaces and account objects that are not as they should be, as sources of modules for
// startWorker's `bindings`.

/**
 * A KV namespace on top of the real one. `read(key, text)` is the body of a function that returns
 * what is read under a key, `write(key, value)` of one that writes; both have `store`, the real one.
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

/** One that always answers a miss for keys that start with this, as KV does for a minute after it was asked too early. */
export const kvWithCachedMiss = (prefix) =>
  kv({ read: `return key.startsWith(${JSON.stringify(prefix)}) ? null : store.get(key);` });

/** One that reads, and refuses to write. */
export const kvReadOnly = kv({ write: 'throw new Error("KV PUT failed: 429 kv-internal-detail");' });

/** One that reads a key as it was before, where `stale:<key>` says how that was. */
export const kvStale = kv({ read: 'return (await store.get("stale:" + key)) ?? store.get(key);' });

/** One that does so once, where `stale-once:<key>` says it: another place's KV, which is asked next, shows what is there. */
export const kvStaleOnce = kv({
  read: `
    const stale = await store.get("stale-once:" + key);
    if (stale === null) return store.get(key);
    await store.delete("stale-once:" + key);
    return stale;
  `,
});

/** One whose writes take so many milliseconds where the key `slow` is set. */
export const kvSlowWrites = (milliseconds) =>
  kv({
    write: `
      if ((await store.get("slow")) !== null) await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
      return store.put(key, value);
    `,
  });

/** One that cannot be read where the key `down` is set. */
export const kvDown = kv({
  read: 'if ((await store.get("down")) !== null) throw new Error("kv-internal-detail"); return store.get(key);',
});

/** One that notes what is read of it: `read:<key>` is there afterwards. */
export const kvNoted = kv({ read: 'await store.put("read:" + key, "yes"); return store.get(key);' });

/** Account objects all of whose requests are answered by this body of a function. */
export const accounts = (body) => `
  import { DurableObject } from "cloudflare:workers";
  export class Account extends DurableObject {
    async fetch(request) { ${body} }
  }
  export default { fetch: () => new Response(null, { status: 404 }) };
`;

/** Account objects that cannot even be made. */
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
