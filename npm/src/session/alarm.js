// A timer that can be set to any time and is at most half a minute late.

// In milliseconds. Timers stop while a machine sleeps, and a delay beyond 2^31 fires at once.
const LONGEST = 30_000;

/** Calls `ring` at the set time or earlier, so `ring` must check the clock. */
export function createAlarm(ring) {
  let timer;
  const clear = () => clearTimeout(timer);
  return {
    clear,
    /** Sets the alarm to ring in `seconds`. */
    set(seconds) {
      clear();
      timer = setTimeout(ring, Math.min(Math.max(0, seconds * 1000), LONGEST));
      timer.unref?.();
    },
  };
}
