const TYPES = ["expiring", "expired", "refreshed", "userchanged", "ended"];

/** What a listener throws is reported and stops nothing. */
function report(error) {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

export function createEvents() {
  const listeners = new Map(TYPES.map((type) => [type, new Set()]));
  return {
    on(type, listener) {
      const all = listeners.get(type);
      if (!all) throw new TypeError(`an event must be one of ${TYPES.join(", ")}`);
      if (typeof listener !== "function") throw new TypeError("a listener must be a function");
      // Of its own, so that one given twice is called twice, and each can be taken back.
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
