const MOST = 100; // key sets

/** Keeps key sets in memory, for several verifiers of one process. */
export function memoryStore() {
  const sets = new Map();
  return {
    async get(url) {
      return sets.get(url);
    },
    async put(url, set) {
      sets.delete(url);
      if (sets.size >= MOST) sets.delete(sets.keys().next().value);
      sets.set(url, set);
    },
  };
}
