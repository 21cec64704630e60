// A timer that may be set to any time, and comes too late by half a minute at most.

// In milliseconds. Timers stand still while a machine sleeps, and beyond 2^31 they fire at once.
const LONGEST = 30_000;

/** `ring` is called in time, or sooner: it has to look at the clock itself. */
export function createAlarm(ring) {
  let timer;
  const clear = () => clearTimeout(timer);
  return {
    clear,
    /** In so many seconds. */
    set(seconds) {
      clear();
      timer = setTimeout(ring, Math.min(Math.max(0, seconds * 1000), LONGEST));
      timer.unref?.();
    },
  };
}
