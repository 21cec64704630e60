// The ring that runs out, and what stands in it.

import { reading, remainder } from "../lib/countdown.js";
import { byId, make } from "../lib/dom.js";
import { largest } from "../lib/words.js";

/** What stands before, in and after the count: "Expired", 12 seconds, "ago". */
const around = {
  "current": ["", "left"],
  "expired": ["Expired", "ago"],
  "not-yet-valid": ["Valid in", ""],
};

// A ring of less than this is about to run out.
const LOW = 0.15;

export function ring() {
  const arc = byId("ring-left"),
    text = byId("countdown");

  function write(before, count, after) {
    const parts = [
      ["before", before],
      ["count", count],
      ["after", after],
    ]
      .filter(([, it]) => it)
      .flatMap(([name, it], i) => [...(i > 0 ? [" "] : []), make("span", { class: name }, it)]);
    // Only when it changes: what is selected stays selected.
    if (text.textContent !== parts.map((it) => it.textContent ?? it).join("")) text.replaceChildren(...parts);
  }

  function turn(left) {
    // Through the CSSOM: the page's CSP allows no style attributes.
    arc.style.strokeDashoffset = (1 - left).toFixed(4);
    arc.toggleAttribute("data-spent", left === 0);
  }

  return {
    /** Paints what `inspection` says at `now`; returns whether little is left, and when to paint again. */
    paint({ status, issuedAt, notBefore, expiresAt }, now, firstSeen) {
      const start = (notBefore ?? issuedAt)?.getTime() || firstSeen;
      const end = expiresAt?.getTime();
      const { seconds, next } = reading(status === "not-yet-valid" ? start : (end ?? now), now);
      const left =
        status === "expired" || status === "undated" ? 0 : end === undefined ? 1 : remainder(start, end, now);
      turn(left);
      if (status === "never-expires") write("", "∞", "no expiry");
      else if (status === "undated") write("", "?", "no readable dates");
      else if (status === "expired" && seconds < 1) write("Just", "expired", "");
      else {
        const [first, second] = largest(seconds);
        const [before, after] = around[status];
        write(before, first, [second, after].filter(Boolean).join(" "));
      }
      return { low: status === "current" && left < LOW, next: status in around ? next : undefined };
    },
    /** Changes what is shown without moving there: the ring of another token starts where it stands. */
    jump(change) {
      arc.style.transition = "none";
      change();
      arc.getBoundingClientRect();
      arc.style.transition = "";
    },
    clear() {
      turn(0);
      text.replaceChildren();
    },
  };
}
