// Time passing, read from the clock each time: a timer alone would fall behind in a
// background tab and stand still while the computer sleeps.

const LONGEST = 2 ** 31 - 1;

/**
 * Calls `paint(now)` (milliseconds since the epoch, by `clock`) at once and whenever it asked to
 * be called again: it returns in how many milliseconds, or undefined for never.
 * Returns a function that ends this.
 */
export function followClock(paint, clock = Date.now) {
  let timer;
  const step = () => {
    clearTimeout(timer);
    const wait = paint(clock());
    if (wait !== undefined) timer = setTimeout(step, Math.min(LONGEST, Math.max(1, wait)));
  };
  const wake = () => {
    if (!document.hidden) step();
  };
  const waking = [
    [document, "visibilitychange"],
    [document, "resume"],
    [window, "pageshow"],
    [window, "focus"],
  ];
  for (const [target, event] of waking) target.addEventListener(event, wake);
  step();
  return () => {
    clearTimeout(timer);
    for (const [target, event] of waking) target.removeEventListener(event, wake);
  };
}

/** What a clock that counts to or from `moment` shows: whole seconds, and when that changes. */
export function reading(moment, now) {
  const away = moment - now;
  return away > 0
    ? { seconds: Math.ceil(away / 1000), next: away % 1000 || 1000 }
    : { seconds: Math.floor(-away / 1000), next: 1000 - (-away % 1000) };
}

/** How much of the span from `start` to `end` is left, from 1 to 0. */
export function remainder(start, end, now) {
  if (!(end > start)) return now < end ? 1 : 0;
  return Math.min(1, Math.max(0, (end - now) / (end - start)));
}
