// A token, opened: its status and countdown, its claims and header, its raw text.

import { decode, inspect } from "portcullis";
import { followClock, reading, remainder } from "./countdown.js";
import { announce, byId, make } from "./dom.js";
import { memberRows } from "./members.js";
import { statuses } from "./messages.js";
import { dateInWords, duration } from "./words.js";

const NOTES = {
  session: "Inspected, not verified. The token came from the service, but this page has no key and cannot check the signature itself.",
  pasted: "Inspected, not verified. This page has no key, so it cannot tell whether the signature is right: anyone could have written these claims.",
};

/** What the package makes of a token; one whose dates are no dates still says everything else. */
function open(token, now) {
  try {
    return inspect(token, { now: Math.floor(now / 1000) });
  } catch (error) {
    if (error.code !== "token_claim_invalid") throw error;
    return { ...decode(token), status: "undated", claim: error.claim };
  }
}

/** Wires the panel; `onStatus(status)` is called with the first status and at each change. */
export function tokenView(onStatus) {
  const panel = byId("token"), view = byId("token-view"), empty = byId("token-empty");
  const copy = byId("copy"), raw = byId("raw");
  let shown, stop = () => {};

  function paintTime(inspection, now, firstSeen) {
    const { status, issuedAt, notBefore, expiresAt } = inspection;
    const start = (notBefore ?? issuedAt)?.getTime() || firstSeen;
    const end = expiresAt?.getTime();
    const { seconds, next } = reading(status === "not-yet-valid" ? start : end ?? now, now);
    byId("countdown").textContent = status === "current" ? `${duration(seconds)} left`
      : status === "expired" ? (seconds < 1 ? "Just expired" : `Expired ${duration(seconds)} ago`)
      : status === "not-yet-valid" ? `Valid in ${duration(seconds)}`
      : status === "undated" ? "No readable dates"
      : "No expiry date";
    const left = status === "expired" || status === "undated" ? 0 : end === undefined ? 1 : remainder(start, end, now);
    // Through the CSSOM: the page's CSP allows no style attributes.
    byId("bar-fill").style.transform = `scaleX(${left.toFixed(4)})`;
    panel.toggleAttribute("data-low", status === "current" && left < 0.15);
    return status === "never-expires" || status === "undated" ? undefined : next;
  }

  function paintStatus(status, source, changed) {
    panel.dataset.state = status;
    byId("token-status").textContent = statuses[status].chip;
    // The session's panel announces the end of its own token.
    if (changed && source === "pasted") announce(statuses[status].change);
    onStatus(status);
  }

  function paintSpan({ issuedAt, notBefore, expiresAt, legacy, status, claim }) {
    const dates = [["Issued", issuedAt], ["Valid from", notBefore], ["Expires", expiresAt]]
      .filter(([, date]) => date && dateInWords(date))
      .map(([name, date]) => make("span", {}, make("span", { class: "span-name" }, name), " ",
        make("time", { datetime: date.toISOString() }, dateInWords(date))));
    if (legacy) dates.push(make("span", { class: "span-note" }, "A legacy token: its dates stand in the header, as itsdangerous writes them."));
    if (status === "undated") dates.push(make("span", { class: "span-note" }, `“${claim ?? "exp"}” should be a time in seconds, and is not.`));
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

  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(shown);
      copy.textContent = "Copied";
      announce("Token copied.");
    } catch {
      // No clipboard without https, or where it is forbidden: then leave only Ctrl+C to do.
      getSelection().selectAllChildren(raw);
      raw.focus();
      copy.textContent = "Selected";
      announce("The token is selected; copy it with the keyboard.");
    }
    setTimeout(() => { copy.textContent = "Copy token"; }, 2000);
  });

  return {
    /** Shows a token; throws the package's TokenError, and changes nothing, if it is none. */
    show(token, source) {
      const firstSeen = Date.now();
      const first = open(token, firstSeen);
      if (shown === token && panel.dataset.source === source) return;
      stop();
      shown = token;
      panel.dataset.source = source;
      panel.setAttribute("aria-labelledby", "token-name");
      byId("token-name").textContent = source === "session" ? "Your token" : "The pasted token";
      byId("token-note").textContent = NOTES[source];
      paintSpan(first);
      byId("claims-rows").replaceChildren(...memberRows(first.claims));
      byId("header-rows").replaceChildren(...memberRows(first.header));
      byId("claims-json").textContent = JSON.stringify(first.claims, null, 2);
      byId("header-json").textContent = JSON.stringify(first.header, null, 2);
      paintRaw(token);
      empty.hidden = true;
      view.hidden = false;
      let status;
      stop = followClock((now) => {
        // Asked anew each time: the package alone decides when a token is over.
        const inspection = open(token, now);
        if (inspection.status !== status) paintStatus(inspection.status, source, status !== undefined);
        status = inspection.status;
        return paintTime(inspection, now, firstSeen);
      });
    },
    /** Shows that there is nothing to show. */
    clear(title, text) {
      stop();
      stop = () => {};
      shown = undefined;
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
