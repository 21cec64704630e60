// The members of a header or of claims as table rows.

import { foreign, jointed, make } from "../lib/dom.js";
import { dateInWords, hasUnseen, visibleJson } from "../lib/words.js";
import { algorithms, dates } from "./meanings.js";

// As seconds this number is a date in the year 5138; as milliseconds it is a date in 1973.
const MOST_SECONDS = 1e11;

/** Whether a member is a date that seems to be in milliseconds. */
export const inMilliseconds = (name, value) => dates.has(name) && typeof value === "number" && value > MOST_SECONDS;

// In characters. A longer value scrolls in a box of its own.
const LONG = 300;

const words = (text, more = "") => make("span", { class: `words ${more}` }, text);

const unseen = (text) =>
  hasUnseen(text) ? [words("contains invisible characters; the JSON below shows them", "doubt")] : [];

function written(name, text) {
  if (text.length <= LONG) return make("span", { class: "value" }, jointed(text));
  return make(
    "span",
    { class: "value long", tabindex: "0", role: "group", "aria-label": `Value of ${name}` },
    foreign(text),
  );
}

function date(name, seconds) {
  const moment = new Date(seconds * 1000);
  const absolute = dateInWords(moment);
  return [
    make("span", { class: "value" }, String(seconds)),
    // `data-moment` marks the place where the view writes the relative time.
    ...(absolute
      ? [
          make("time", { class: "words", datetime: moment.toISOString() }, absolute),
          make("span", { class: "words relative", "data-moment": String(moment.getTime()) }),
        ]
      : []),
    ...(inMilliseconds(name, seconds) ? [words("looks like milliseconds, not seconds", "doubt")] : []),
  ];
}

function shownValue(name, value) {
  if (dates.has(name) && typeof value === "number") return date(name, value);
  if (value === "") return [words("empty")];
  if (typeof value !== "string") return [written(name, visibleJson(value))];
  return [
    written(name, value),
    ...unseen(value),
    ...(name === "alg" && algorithms.has(value) ? [words(algorithms.get(value))] : []),
  ];
}

export function memberRows(members, meanings) {
  const rows = Object.entries(members).map(([name, value]) =>
    make(
      "tr",
      {},
      make(
        "th",
        { scope: "row" },
        make("span", { class: "value" }, name.length > LONG ? foreign(name) : jointed(name)),
        ...unseen(name),
        ...(meanings.has(name) ? [words(meanings.get(name))] : []),
      ),
      make("td", {}, ...shownValue(name, value)),
    ),
  );
  return rows.length > 0 ? rows : [make("tr", {}, make("td", { class: "words" }, "None"))];
}
