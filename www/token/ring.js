// The ring that shows how much of a token's lifetime is left, and the countdown in it.

import { reading, remainder } from "../lib/countdown.js";
import { byId, make } from "../lib/dom.js";
import { largest } from "../lib/words.js";

/** The words before and after the count, as in: "Expired", 12 seconds, "ago". */
const around = {
  "current": ["", "left"],
  "expired": ["Expired", "ago"],
  "not-yet-valid": ["Valid in", ""],
};

// Below this fraction the ring shows that the token is about to expire.
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
    // Write only a changed text, so that a selection stays.
    if (text.textContent !== parts.map((it) => it.textContent ?? it).join("")) text.replaceChildren(...parts);
  }

  function turn(left) {
    // Set the style by the CSSOM, because the page's CSP allows no style attributes.
    arc.style.strokeDashoffset = (1 - left).toFixed(4);
    arc.toggleAttribute("data-spent", left === 0);
  }

  return {
    /** Paints the ring of `inspection` at `now`. Returns whether little time is left, and in how many ms to paint again. */
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
    /** Runs `change` without an animation, so that the ring of another token starts at its own position. */
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
