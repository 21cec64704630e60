// Time passing, read from the clock each time: a timer alone would fall behind in a
// background tab and stand still while the computer sleeps.

/**
 * Calls `paint(now)` (milliseconds since the epoch) at once and whenever it asked to be
 * called again: it returns in how many milliseconds, or undefined for never.
 * Returns a function that ends this.
 */
export function followClock(paint) {
  let timer;
  const step = () => {
    clearTimeout(timer);
    const wait = paint(Date.now());
    if (wait !== undefined) timer = setTimeout(step, Math.max(1, wait));
  };
  const wake = () => { if (!document.hidden) step(); };
  document.addEventListener("visibilitychange", wake);
  document.addEventListener("resume", wake);
  window.addEventListener("pageshow", wake);
  window.addEventListener("focus", wake);
  step();
  return () => {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", wake);
    document.removeEventListener("resume", wake);
    window.removeEventListener("pageshow", wake);
    window.removeEventListener("focus", wake);
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
