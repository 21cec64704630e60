const TYPES = ["expiring", "expired", "refreshed", "userchanged", "ended"];
const CHANGE = "change";

/** Reports an error that a listener threw, as an uncaught error. The other listeners still run. */
function report(error) {
  if (typeof reportError === "function") return reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

/** The session's listeners. `emit` calls the listeners of a type, in the order in which they were added. */
export function createEvents() {
  const listeners = new Map([...TYPES, CHANGE].map((type) => [type, new Set()]));

  function add(type, listener) {
    if (typeof listener !== "function") throw new TypeError("a listener must be a function");
    // A new object per call: a listener that is added twice is called twice, and each entry can be removed.
    const entry = { listener };
    const all = listeners.get(type);
    all.add(entry);
    return () => void all.delete(entry);
  }

  function call(type, ...facts) {
    for (const { listener } of [...listeners.get(type)]) {
      try {
        listener(...facts);
      } catch (error) {
        report(error);
      }
    }
  }

  return {
    on(type, listener) {
      if (!TYPES.includes(type)) throw new TypeError(`an event must be one of ${TYPES.join(", ")}`);
      return add(type, listener);
    },
    /** The listener is called after each event, and after a change without an event. */
    subscribe: (listener) => add(CHANGE, listener),
    emit(type, facts) {
      call(type, { type, ...facts });
      call(CHANGE);
    },
    changed: () => call(CHANGE),
    clear() {
      for (const all of listeners.values()) all.clear();
    },
  };
}
