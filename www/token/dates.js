// The dates of a token: absolute in the reader's time zone, and relative to now.

import { make } from "../lib/dom.js";
import { dateInBrief, relative, timeZone } from "../lib/words.js";

/** The rows of the list of dates. */
export function dateRows({ status, issuedAt, notBefore, expiresAt }) {
  return [
    ["Issued", issuedAt],
    ["Valid from", notBefore],
    [status === "expired" ? "Expired" : "Expires", expiresAt],
  ]
    .filter(([, date]) => date && dateInBrief(date))
    .map(([name, date]) =>
      make(
        "div",
        {},
        make("dt", {}, name),
        make(
          "dd",
          {},
          make("span", { class: "relative", "data-moment": String(date.getTime()) }),
          " ",
          make("time", { datetime: date.toISOString() }, dateInBrief(date)),
        ),
      ),
    );
}

/** The note that names the time zone of the dates. */
export const zoneNote = () => `Times are in your time zone, ${timeZone}.`;

/** Updates the relative time next to each date on the page. */
export function paintRelative(now) {
  for (const place of document.querySelectorAll("[data-moment]")) {
    const text = relative(Number(place.dataset.moment), now);
    if (place.textContent !== text) place.textContent = text;
  }
}
