// Where the session is kept between page loads and shared by tabs.
import { storedRecord } from "./record.js";

/**
 * What is asked of it happens in this order, one after the other. A storage that fails is given up,
 * with what it holds: the others must not take a refresh token for the last one that is not.
 */
export function createStore(storage, key, url) {
  let last = Promise.resolve();

  async function giveUp() {
    const failed = storage;
    storage = undefined;
    try {
      await failed.removeItem(key);
    } catch {
      // It holds nothing, then.
    }
  }

  function then(use) {
    last = last.then(() => storage && use()).catch(giveUp);
    return last;
  }

  const remove = () => storage.removeItem(key);

  return {
    /** False without a storage, and once it has failed. */
    get shared() {
      return storage !== undefined;
    },
    /** What is stored; what is no record is removed. */
    read: () =>
      then(async () => {
        const text = await storage.getItem(key);
        if (text === null || text === undefined) return undefined;
        const record = storedRecord(text, url);
        if (record === undefined) await remove();
        return record;
      }),
    write: (record) => then(() => storage.setItem(key, JSON.stringify(record))),
    remove: () => then(remove),
  };
}
