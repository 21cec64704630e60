const TYPES = ["expiring", "expired", "refreshed", "userchanged", "ended"];

/** Reports an error that a listener threw, as an uncaught error. The other listeners still run. */
function report(error) {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

/** The session's listeners. `emit` calls the listeners of a type, in the order in which they were added. */
export function createEvents() {
  const listeners = new Map(TYPES.map((type) => [type, new Set()]));
  return {
    on(type, listener) {
      const all = listeners.get(type);
      if (!all) throw new TypeError(`an event must be one of ${TYPES.join(", ")}`);
      if (typeof listener !== "function") throw new TypeError("a listener must be a function");
      // A new object per call: a listener that is added twice is called twice, and each entry can be removed.
      const entry = { listener };
      all.add(entry);
      return () => void all.delete(entry);
    },
    emit(type, facts) {
      for (const { listener } of [...listeners.get(type)]) {
        try {
          listener({ type, ...facts });
        } catch (error) {
          report(error);
        }
      }
    },
    clear() {
      for (const all of listeners.values()) all.clear();
    },
  };
}
