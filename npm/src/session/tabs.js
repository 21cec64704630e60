// Coordinates tabs of the same origin with locks, a channel and events.

// How long to wait for the lock, in milliseconds: longer than a tab holds the lock for one request.
const LOCK_TIMEOUT = 15_000;

/** Settles in the next task. A timer would wait for a second in a hidden tab. */
const nextTask = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(null);
  });

/**
 * Runs `work` while no other tab runs work of the same name. Without locks, or if the lock does not become free
 * (a frozen tab may hold it), runs `work` anyway: the service accepts two refreshes at the same time.
 */
export async function exclusively(name, work) {
  const locks = globalThis.navigator?.locks;
  if (!locks) return work();
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), LOCK_TIMEOUT);
  timer.unref?.();
  let begun;
  try {
    return await locks.request(name, { signal: stop.signal }, async () => {
      begun = true;
      await work();
      // Firefox shows stored values to other tabs when the task ends. The next holder of the lock must see them.
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
 * Calls `listener` when another tab announces a change in the storage; the message has no content. Returns functions
 * that announce a change and close the channel, or undefined if the runtime has no channels.
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

/**
 * Calls `listener` when the page returns from the background, from sleep or from being offline, or when the value
 * stored under `key` changes. Returns a function that stops this.
 */
export function onWaking(key, listener) {
  // Only browsers send these events; addEventListener of workerd has another purpose.
  if (typeof globalThis.navigator?.onLine !== "boolean") return () => {};
  // `key` is null when the whole storage was cleared, and undefined in events that are not about a storage.
  const hear = (event) => (event.key ?? key) === key && listener(event);
  for (const type of WAKING) addEventListener(type, hear);
  return () => WAKING.forEach((type) => removeEventListener(type, hear));
}
