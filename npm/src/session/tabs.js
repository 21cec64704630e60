// The other tabs of the same origin, where there are any.

// In milliseconds: longer than a tab has the lock for one request.
const PATIENCE = 15_000;

/** Until what this tab does now is through. Not by a timer, which waits for a second in a tab that is hidden. */
const nextTask = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(null);
  });

/**
 * Does `work` when no other tab does any of the same name. Without locks, or where one cannot be had
 * (a tab that was frozen has it), it is done all the same: the service bears it.
 */
export async function exclusively(name, work) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return work();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  timer.unref?.();
  let begun;
  try {
    return await locks.request(name, { signal: stop.signal }, async () => {
      begun = true;
      await work();
      // Firefox shows other tabs what was stored when the task ends: whoever has the lock next is to see it.
      await nextTask();
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
 * say what. Returns how to tell them, and how to stop; nothing where there are no channels.
 */
export function openChannel(name, listener) {
  if (typeof BroadcastChannel !== "function") return undefined;
  const channel = new BroadcastChannel(name);
  channel.onmessage = listener;
  channel.unref?.();
  return {
    tell: () => channel.postMessage(null),
    close: () => channel.close(),
  };
}

const WAKING = ["online", "focus", "pageshow", "visibilitychange", "storage"];

/** Calls `listener` when a browser was away, asleep or offline, or what it stores under `key` changed. Returns how to stop. */
export function onWaking(key, listener) {
  // Only browsers say so; workerd's addEventListener is for something else.
  if (typeof globalThis.navigator?.onLine !== "boolean") return () => {};
  // Of a storage that was cleared no key is told, and of what is no storage neither.
  const hear = (event) => (event.key ?? key) === key && listener(event);
  for (const type of WAKING) addEventListener(type, hear);
  return () => WAKING.forEach((type) => removeEventListener(type, hear));
}
