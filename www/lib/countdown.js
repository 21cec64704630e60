// Countdowns. Each step reads the clock, because a timer alone runs late in a background tab and
// stops while the computer sleeps.

// The longest delay of setTimeout, in ms.
const LONGEST = 2 ** 31 - 1;

/**
 * Calls `paint(now)` at once, where `now` is in ms since the epoch by `clock`. `paint` returns in how many ms to
 * call it again, or undefined for never. Returns a function that stops the calls.
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

/** The whole seconds that a clock shows as it counts to or from `moment`, and in how many ms they change. */
export function reading(moment, now) {
  const away = moment - now;
  return away > 0
    ? { seconds: Math.ceil(away / 1000), next: away % 1000 || 1000 }
    : { seconds: Math.floor(-away / 1000), next: 1000 - (-away % 1000) };
}

/** The fraction of the span from `start` to `end` that is left, from 1 to 0. */
export function remainder(start, end, now) {
  if (!(end > start)) return now < end ? 1 : 0;
  return Math.min(1, Math.max(0, (end - now) / (end - start)));
}
