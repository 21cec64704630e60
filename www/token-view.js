// A token, opened: its status and countdown, its claims and header, its raw text.

import { decode, inspect } from "portcullis/inspect";
import { followClock, reading, remainder } from "./countdown.js";
import { announce, byId, make, say } from "./dom.js";
import { inMilliseconds, memberRows } from "./members.js";
import { notes, statuses } from "./messages.js";
import { dateInWords, duration, span } from "./words.js";

// Where style.css puts the token below the forms.
const narrow = matchMedia("(max-width: 55.99rem)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** What the package makes of a token; one whose dates are no dates still says everything else. */
function open(token, now) {
  try {
    return inspect(token, { now: Math.floor(now / 1000) });
  } catch (error) {
    if (error.code !== "token_claim_invalid") throw error;
    return { ...decode(token), status: "undated", claim: error.claim };
  }
}

const isUnsigned = (token, { alg }) => token.endsWith(".") || (typeof alg === "string" && alg.toLowerCase() === "none");

/** Wires the panel; `onStatus(status)` is called with the first status, or "unsigned", and at each change. */
export function tokenView(onStatus) {
  const panel = byId("token"), view = byId("token-view"), empty = byId("token-empty");
  const copy = byId("copy"), raw = byId("raw"), bar = byId("bar-fill");
  let shown, unsigned = false, copied, stop = () => {};

  function paintTime(inspection, now, firstSeen) {
    const { status, issuedAt, notBefore, expiresAt } = inspection;
    const start = (notBefore ?? issuedAt)?.getTime() || firstSeen;
    const end = expiresAt?.getTime();
    const { seconds, next } = reading(status === "not-yet-valid" ? start : end ?? now, now);
    byId("countdown").textContent = status === "current" ? `${duration(seconds)} left`
      : status === "expired" ? (seconds < 1 ? "Just expired" : `Expired ${span(seconds)} ago`)
      : status === "not-yet-valid" ? `Valid in ${duration(seconds)}`
      : status === "undated" ? "No readable dates"
      : "No expiry date";
    const left = status === "expired" || status === "undated" ? 0 : end === undefined ? 1 : remainder(start, end, now);
    // Through the CSSOM: the page's CSP allows no style attributes.
    bar.style.transform = `scaleX(${left.toFixed(4)})`;
    panel.toggleAttribute("data-low", status === "current" && left < 0.15);
    return status === "never-expires" || status === "undated" ? undefined : next;
  }

  function paintStatus(status, source, changed) {
    panel.dataset.state = status;
    byId("token-status").textContent = unsigned ? `${statuses[status].chip}, not signed` : statuses[status].chip;
    // The session's panel announces the end of its own token.
    if (changed && source === "pasted") announce(statuses[status].change);
    onStatus(unsigned ? "unsigned" : status);
  }

  function paintSpan({ issuedAt, notBefore, expiresAt, legacy, status, claim, claims, header }) {
    const dates = [["Issued", issuedAt], ["Valid from", notBefore], ["Expires", expiresAt]]
      .filter(([, date]) => date && dateInWords(date))
      .map(([name, date]) => make("span", {}, make("span", { class: "span-name" }, name), " ",
        make("time", { datetime: date.toISOString() }, dateInWords(date))));
    if (legacy) dates.push(make("span", { class: "span-note" }, "A legacy token: its dates stand in the header, as itsdangerous writes them."));
    if (status === "undated") dates.push(make("span", { class: "span-note" }, `“${claim ?? "exp"}” should be a time in seconds, and is not.`));
    for (const [name] of Object.entries({ ...header, ...claims }).filter((member) => inMilliseconds(...member))) {
      dates.push(make("span", { class: "doubt" }, `“${name}” looks like milliseconds, not seconds.`));
    }
    byId("span").replaceChildren(...dates);
  }

  function paintRaw(token) {
    const parts = token.split(".");
    const names = ["header", "claims", "signature"];
    raw.replaceChildren(...parts.flatMap((part, i) => [
      ...(i > 0 ? [make("span", { class: "dot" }, ".")] : []),
      make("span", { class: `part-${names[i]}` }, part),
    ]));
  }

  function resetCopy() {
    clearTimeout(copied);
    copy.textContent = "Copy token";
  }

  copy.addEventListener("click", async () => {
    const wanted = shown;
    try {
      await navigator.clipboard.writeText(wanted);
      if (shown !== wanted) return;
      copy.textContent = "Copied";
      announce("Token copied.");
    } catch {
      if (shown !== wanted) return;
      // No clipboard without https, or where it is forbidden: then leave only Ctrl+C to do.
      getSelection().selectAllChildren(raw);
      raw.focus();
      copy.textContent = "Selected";
      announce("The token is selected; copy it with the keyboard.");
    }
    clearTimeout(copied);
    copied = setTimeout(resetCopy, 2000);
  });

  return {
    /**
     * Shows a token and returns whether it is another one than before; throws the package's
     * TokenError, and changes nothing, if it is none.
     */
    show(token, source) {
      const firstSeen = Date.now();
      const first = open(token, firstSeen);
      if (shown === token && panel.dataset.source === source) return false;
      stop();
      resetCopy();
      shown = token;
      unsigned = isUnsigned(token, first.header);
      panel.toggleAttribute("data-unsigned", unsigned);
      panel.dataset.source = source;
      panel.setAttribute("aria-labelledby", "token-name");
      byId("token-name").textContent = source === "session" ? "Your token" : "The pasted token";
      say(byId("token-note"), notes[unsigned ? "unsigned" : source], unsigned ? "warning" : "note");
      paintSpan(first);
      byId("claims-rows").replaceChildren(...memberRows(first.claims));
      byId("header-rows").replaceChildren(...memberRows(first.header));
      byId("claims-json").textContent = JSON.stringify(first.claims, null, 2);
      byId("header-json").textContent = JSON.stringify(first.header, null, 2);
      paintRaw(token);
      empty.hidden = true;
      view.hidden = false;
      let status;
      // The bar of another token starts where it stands; from there it moves.
      bar.style.transition = "none";
      stop = followClock((now) => {
        // Asked anew each time: the package alone decides when a token is over.
        const inspection = open(token, now);
        if (inspection.status !== status) paintStatus(inspection.status, source, status !== undefined);
        status = inspection.status;
        return paintTime(inspection, now, firstSeen);
      });
      bar.getBoundingClientRect();
      bar.style.transition = "";
      return true;
    },
    /** Scrolls to the panel where it stands below the fold; the focus stays where it is. */
    reveal() {
      if (!narrow.matches || panel.getBoundingClientRect().top < innerHeight / 3) return;
      panel.scrollIntoView({ block: "start", behavior: still.matches ? "instant" : "smooth" });
    },
    /** Shows that there is nothing to show. */
    clear(title, text) {
      stop();
      stop = () => {};
      resetCopy();
      shown = undefined;
      panel.removeAttribute("data-unsigned");
      panel.dataset.state = "empty";
      delete panel.dataset.source;
      panel.setAttribute("aria-labelledby", "token-title");
      byId("token-title").textContent = title;
      byId("token-empty-text").textContent = text;
      for (const id of ["claims-rows", "header-rows", "claims-json", "header-json", "raw", "span"]) byId(id).replaceChildren();
      view.hidden = true;
      empty.hidden = false;
    },
  };
}
