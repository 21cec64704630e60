// The other tabs of the same origin, where there are any.

// In milliseconds: longer than a tab has the lock for one request.
const PATIENCE = 15_000;

/**
 * Does `work` when no other tab does any of the same name. Without locks, or where one cannot be had
 * (a tab that was frozen has it), it is done all the same: the service bears it.
 */
export async function exclusively(name, work) {
  const { locks } = globalThis.navigator ?? {};
  if (!locks) return work();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  timer.unref?.();
  let begun = false;
  try {
    return await locks.request(name, { signal: stop.signal }, () => {
      begun = true;
      clearTimeout(timer);
      return work();
    });
  } catch (error) {
    if (begun) throw error;
    return work();
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Calls `listener` when another tab says that there is something new in the storage: it does not
 * say what. Returns how to tell them, and how to stop.
 */
export function openChannel(name, listener) {
  if (typeof BroadcastChannel !== "function") return { tell() {}, close() {} };
  const channel = new BroadcastChannel(name);
  channel.onmessage = listener;
  channel.unref?.();
  return {
    tell: () => channel.postMessage(null),
    close: () => channel.close(),
  };
}

const WAKING = ["online", "focus", "pageshow", "visibilitychange"];

/** Calls `listener` when a browser was away, asleep or offline, or its storage changed. Returns how to stop. */
export function onWaking(key, listener) {
  // Only browsers say so; workerd's addEventListener is for something else.
  if (typeof globalThis.navigator?.onLine !== "boolean") return () => {};
  // No key: all of it was cleared.
  const stored = (event) => (event.key === key || event.key === null) && listener(event);
  const all = [...WAKING.map((type) => [type, listener]), ["storage", stored]];
  for (const [type, each] of all) addEventListener(type, each);
  return () => {
    for (const [type, each] of all) removeEventListener(type, each);
  };
}
