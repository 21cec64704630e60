// The view of a token: ring, dates, findings, claims, header and raw text.

import { decode, inspect } from "portcullis/inspect";
import { followClock } from "../lib/countdown.js";
import { announce, byId, make } from "../lib/dom.js";
import { visibleJson } from "../lib/words.js";
import { dateRows, paintRelative, zoneNote } from "./dates.js";
import { findings, isUnsigned } from "./findings.js";
import { claimMeanings, headerMeanings } from "./meanings.js";
import { memberRows } from "./members.js";
import { rawToken } from "./raw.js";
import { ring } from "./ring.js";
import { statuses } from "./statuses.js";

// At this width the stylesheet puts the token below the forms.
const narrow = matchMedia("(max-width: 59.99rem)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

// How often the relative times are updated, in ms.
const MINUTE = 60_000;

/** Inspects a token with the package. If its dates are malformed, returns the rest with the status "undated". */
function open(token, now) {
  try {
    return inspect(token, { now: Math.floor(now / 1000) });
  } catch (error) {
    if (error.code !== "token_claim_invalid") throw error;
    return { ...decode(token), status: "undated", claim: error.claim };
  }
}

const item = ({ kind, text, code }) =>
  make("li", { "data-kind": kind }, make("span", {}, text, ...(code ? [" ", make("code", {}, code)] : [])));

/**
 * Wires the panels. `clock()` is the time in ms. `onStatus(status)` is called with the first status and at each
 * change; the status of a token without a signature is "unsigned".
 */
export function tokenView({ clock, onStatus }) {
  const panel = byId("token"),
    title = byId("token-title"),
    chip = byId("token-status"),
    reason = byId("token-empty-text");
  const known = [chip, byId("token-known"), byId("contents")];
  const dial = ring();
  // { token, source, firstSeen, status, verdict }
  let shown,
    stop = () => {};
  const raw = rawToken(() => shown?.token);

  function paintStatus(inspection, now) {
    const { token, source, verdict } = shown;
    const { status, header } = inspection;
    const unsigned = isUnsigned(token, header),
      verified = verdict?.kind === "good";
    panel.dataset.state = status;
    panel.toggleAttribute("data-unsigned", unsigned);
    panel.toggleAttribute("data-verified", verified);
    chip.textContent = statuses[status].chip + (unsigned ? ", not signed" : verified ? ", verified" : "");
    byId("dates").replaceChildren(...dateRows(inspection));
    const found = findings(token, inspection, source, now);
    // A verdict replaces the note that the token is not verified.
    byId("findings").replaceChildren(...(verdict ? [...found.filter(({ open }) => !open), verdict] : found).map(item));
    onStatus(unsigned ? "unsigned" : status);
  }

  function step(now) {
    // Inspect the token each time: only the package decides when a token expires.
    const inspection = open(shown.token, now);
    const before = shown.status;
    shown.status = inspection.status;
    if (inspection.status !== before) {
      paintStatus(inspection, now);
      // The session's panel announces the end of its own token.
      if (before && shown.source === "pasted") announce(statuses[inspection.status].change);
    }
    paintRelative(now);
    const { low, next } = dial.paint(inspection, now, shown.firstSeen);
    panel.toggleAttribute("data-low", low);
    return Math.min(next ?? MINUTE, MINUTE);
  }

  function fill({ header, claims }) {
    byId("zone").textContent = zoneNote();
    byId("claims-rows").replaceChildren(...memberRows(claims, claimMeanings));
    byId("header-rows").replaceChildren(...memberRows(header, headerMeanings));
    byId("claims-json").textContent = visibleJson(claims);
    byId("header-json").textContent = visibleJson(header);
  }

  return {
    /** The visible token with its inspection, or undefined if no token is visible. */
    get current() {
      return shown && { token: shown.token, source: shown.source, ...open(shown.token, clock()) };
    },
    /**
     * Shows a token and returns whether it differs from the previous one. If the text is not a token, throws
     * the package's TokenError and changes nothing.
     */
    show(token, source) {
      const now = clock(),
        first = open(token, now);
      if (shown?.token === token && shown.source === source) return false;
      stop();
      shown = { token, source, firstSeen: now };
      panel.dataset.source = source;
      title.textContent = source === "session" ? "Your token" : "The pasted token";
      reason.hidden = true;
      fill(first);
      raw.show(token);
      for (const part of known) part.hidden = false;
      dial.jump(() => {
        stop = followClock(step, clock);
      });
      // The focus stays in the box, so only an announcement tells a screen reader's user.
      if (source === "pasted") announce(`${title.textContent}: ${chip.textContent}.`);
      return true;
    },
    /** Shows the verdict on the signature; undefined removes it. */
    judge(verdict) {
      if (!shown || shown.verdict === verdict) return;
      shown.verdict = verdict;
      const now = clock();
      paintStatus(open(shown.token, now), now);
      paintRelative(now);
    },
    /** Scrolls to the panel if it is below the visible part of the page. The focus does not move. */
    reveal() {
      if (!narrow.matches || panel.getBoundingClientRect().top < innerHeight / 3) return;
      panel.scrollIntoView({ block: "start", behavior: still.matches ? "instant" : "smooth" });
    },
    /** Shows that there is no token, and why; `code` is the code of the package's error, if there is one. */
    clear(heading, text, code) {
      stop();
      stop = () => {};
      shown = undefined;
      for (const name of ["data-unsigned", "data-verified", "data-low", "data-source"]) panel.removeAttribute(name);
      panel.dataset.state = code ? "unreadable" : "empty";
      title.textContent = heading;
      reason.replaceChildren(text, ...(code ? [" ", make("code", {}, code)] : []));
      reason.hidden = false;
      dial.clear();
      raw.clear();
      for (const id of ["claims-rows", "header-rows", "claims-json", "header-json", "dates", "findings"])
        byId(id).replaceChildren();
      for (const part of known) part.hidden = true;
    },
  };
}
