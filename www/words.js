// Times in words.

// The page is in English; a reader's own English decides the order of day and month.
const locale = navigator.languages?.find((tag) => /^en\b/i.test(tag)) ?? "en-GB";

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });

/** "Sunday, 23 November 2025 at 16:25:07 GMT", or undefined where no calendar goes that far. */
export function dateInWords(date) {
  return Number.isNaN(date.getTime()) ? undefined : moment.format(date);
}

/** The two largest units of whole seconds, as [count, unit]; none below a second. */
function largest(seconds, units) {
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return [];
  let rest = seconds;
  return units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return [count, unit];
  });
}

const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
const words = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** The two largest units of a number of whole seconds: "59 min 12 s", "3 d 4 h". */
export function duration(seconds) {
  const parts = largest(seconds, units).map(([count, unit]) => `${count.toLocaleString(locale)}\u00a0${unit}`);
  return parts.join(" ") || "0 s";
}

/** How long ago, in whole words and without zeros: "1 day", "2 minutes 5 seconds". */
export function span(seconds) {
  const parts = largest(seconds, words)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count.toLocaleString(locale)}\u00a0${unit}${count === 1 ? "" : "s"}`);
  return parts.join(" ") || "0 seconds";
}

/** How long to wait, said roughly: "40 seconds", "15 minutes", "2 hours". */
export function roughly(seconds) {
  const [count, unit] = seconds < 90 ? [Math.max(1, Math.ceil(seconds)), "second"]
    : seconds < 5400 ? [Math.ceil(seconds / 60), "minute"]
    : [Math.ceil(seconds / 3600), "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
