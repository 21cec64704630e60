// The runtime's clock and timers. `policy.clock` replaces all three, so that tests need not wait.

export const systemClock = {
  /** The wall clock in seconds since the epoch, for claims and for stored sets. */
  now: () => Date.now() / 1000,
  /** A clock that is never set, in seconds, for ages and timeouts. */
  elapsed: () => performance.now() / 1000,
  /** Calls `call` after `seconds`, and returns a function that cancels it. */
  after(seconds, call) {
    const timer = setTimeout(call, seconds * 1000);
    return () => clearTimeout(timer);
  },
};

/** Settles after `seconds`. */
export const sleep = (clock, seconds) => new Promise((resolve) => clock.after(seconds, resolve));

/**
 * Whether `fetch` goes through Cloudflare's cache, which many isolates share and which says how old an answer is. Other
 * caches, such as a browser's or Next's, do not say that.
 */
export const isCloudflare = () => globalThis.navigator?.userAgent === "Cloudflare-Workers";

/**
 * Whether one isolate serves requests whose I/O is separate: a promise that waits for another request's fetch may
 * never settle, because the runtime cancels that fetch when the other request ends.
 */
export const separatesRequests = () => isCloudflare() || typeof globalThis.EdgeRuntime === "string";
