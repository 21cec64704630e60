// Formats times and invisible characters as text.

// The page is in English; the reader's variant of English decides the order of day and month.
const locale = navigator.languages?.find((tag) => /^en\b/i.test(tag)) ?? "en-GB";

const moment = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
const brief = new Intl.DateTimeFormat(locale, {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const between = new Intl.RelativeTimeFormat(locale, { numeric: "always" });

/** The reader's time zone by its IANA name, such as "Europe/London". */
export const timeZone = moment.resolvedOptions().timeZone;

/** "Sunday, 23 November 2025 at 16:25:07 GMT", or undefined for a date out of range. */
export function dateInWords(date) {
  return Number.isNaN(date.getTime()) ? undefined : moment.format(date);
}

/** "Sun, 23 Nov 2025, 16:25:07 GMT", or undefined for a date out of range. */
export function dateInBrief(date) {
  return Number.isNaN(date.getTime()) ? undefined : brief.format(date);
}

const steps = [
  ["second", 60],
  ["minute", 60],
  ["hour", 24],
  ["day", 365],
  ["year", Infinity],
];

/** "in 59 minutes", "2 days ago": from `now` to `moment`, both in ms, in the largest whole unit. */
export function relative(moment, now) {
  let count = Math.trunc((moment - now) / 1000);
  if (count === 0) return "now";
  for (const [unit, size] of steps) {
    if (Math.abs(count) < size) return between.format(count, unit);
    count = Math.trunc(count / size);
  }
}

const units = [
  ["d", 86400],
  ["h", 3600],
  ["min", 60],
  ["s", 1],
];

/** The two largest units of a number of whole seconds; a second is the smallest unit: ["59 min", "12 s"], ["3 d", "4 h"]. */
export function largest(seconds) {
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first === -1) return ["0\u00a0s"];
  let rest = seconds;
  return units.slice(first, first + 2).map(([unit, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return `${count.toLocaleString(locale)}\u00a0${unit}`;
  });
}

/** "59 min 12 s". */
export const duration = (seconds) => largest(seconds).join(" ");

/** A rough duration: "40 seconds", "15 minutes", "2 hours". Without `round` it is rounded up, because it is a time to wait. */
export function roughly(seconds, round = Math.ceil) {
  const [count, unit] =
    seconds < 90
      ? [Math.max(1, round(seconds)), "second"]
      : seconds < 5400
        ? [round(seconds / 60), "minute"]
        : seconds < 172_800
          ? [round(seconds / 3600), "hour"]
          : [round(seconds / 86_400), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

// The characters of `is_invisible` in src/encoding/invisible.rs; tests/page/invisible.test.mjs compares the two.
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]/u;
// Without line ends: in formatted JSON they appear only between members.
const UNSEEN_IN_JSON = new RegExp(`(?!\n)${UNSEEN.source}`, "gu");

const escaped = (character) =>
  character
    .split("")
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");

/** Whether a text has invisible characters; tabs and line ends do not count. */
export const hasUnseen = (text) => UNSEEN.test(text.replace(/[\t\n\r]/g, ""));

/** The text with its invisible characters written as JSON escapes. */
export const visible = (text) => text.replace(UNSEEN_IN_JSON, escaped);

/** A value as JSON with its invisible characters written as escapes. */
export const visibleJson = (value) => visible(JSON.stringify(value, null, 2));
