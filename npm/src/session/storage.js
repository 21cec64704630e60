// Keeps the session in a storage between page loads, and shares it with other tabs.
import { storedRecord } from "./record.js";

/**
 * Runs reads and writes one after the other, in the order of the calls. A storage that fails is no longer used, and
 * the stored record is removed: other tabs must not use its old refresh token.
 */
export function createStore(storage, key, url) {
  let last = Promise.resolve();

  async function giveUp() {
    const failed = storage;
    storage = undefined;
    try {
      await failed.removeItem(key);
    } catch {
      // There is nothing more to do: the storage does not work.
    }
  }

  function then(use) {
    last = last.then(() => storage && use()).catch(giveUp);
    return last;
  }

  const remove = () => storage.removeItem(key);

  return {
    /** False without a storage, and after the storage has failed. */
    get shared() {
      return storage !== undefined;
    },
    /** Reads the stored record. A value that is not a record is removed. */
    read: () =>
      then(async () => {
        const text = await storage.getItem(key);
        const record = storedRecord(text, url);
        if (!record && text !== null) await remove();
        return record;
      }),
    write: (record) => then(() => storage.setItem(key, JSON.stringify(record))),
    remove: () => then(remove),
  };
}
