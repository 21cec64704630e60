// Shows the user who is logged in, and how long the access token and the session last.

import { followClock, reading, remainder } from "../lib/countdown.js";
import { announce, byId, foreign, make, say, setBusy } from "../lib/dom.js";
import { duration, roughly } from "../lib/words.js";
import { whoAmI } from "./account.js";
import { serviceMessage } from "./messages.js";

// In seconds. A smaller error of the device's clock makes no visible difference.
const CLOCK_OFF = 30;

/** Paints one of the two clocks: the time left and a bar. */
function dial(name) {
  const text = byId(`${name}-left`),
    bar = byId(`${name}-bar`);
  return (start, end, now) => {
    const { seconds, next } = reading(end, now);
    const isOver = end <= now;
    text.textContent = isOver ? "expired" : `${duration(seconds)}\u00a0left`;
    bar.style.transform = `scaleX(${remainder(start, end, now).toFixed(4)})`;
    return isOver ? undefined : next;
  };
}

/** Wires the panel. `session()` returns the current session; `logOut()` ends it. */
export function sessionPanel({ session, isKept, logOut }) {
  const section = byId("session"),
    title = byId("session-title"),
    facts = byId("session-facts");
  const message = byId("session-message"),
    refresh = byId("refresh"),
    clockNote = byId("clock-note");
  const accessDial = dial("access"),
    sessionDial = dial("session");
  let stop = () => {},
    began,
    busy = false,
    greeted;

  function paint(now) {
    const { expiresAt, sessionExpiresAt } = session();
    if (!expiresAt) return undefined;
    const waits = [
      accessDial(began.access, expiresAt.getTime(), now),
      sessionDial(began.whole, sessionExpiresAt.getTime(), now),
    ];
    return Math.min(...waits.map((wait) => wait ?? Infinity), 60_000);
  }

  /** Tells the user if the device's clock is wrong, because the page shows times by the service's clock. */
  function noteClock() {
    const off = Math.round(Date.now() / 1000 - session().now);
    say(
      clockNote,
      Math.abs(off) < CLOCK_OFF
        ? ""
        : `The clock of this device is ${roughly(Math.abs(off), Math.round)} ${off > 0 ? "fast" : "slow"}. This page shows times by the service’s clock. Set the clock of this device.`,
      "hint",
    );
  }

  async function greet() {
    const mine = session();
    try {
      const { id, username, phone } = await whoAmI(mine);
      if (session() !== mine || mine.status === "none") return;
      title.replaceChildren("Hello, ", foreign(String(username)));
      facts.replaceChildren(
        ...[
          ["User id", id],
          ["Phone", phone],
        ]
          .filter(([, value]) => value !== undefined && value !== "")
          .map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, foreign(String(value))))),
      );
    } catch (error) {
      if (session() === mine && mine.status === "active")
        say(message, `Your account could not be read. ${serviceMessage(error)}`);
    }
  }

  refresh.addEventListener("click", async () => {
    if (busy) return;
    busy = true;
    setBusy(refresh, "Refreshing…");
    try {
      await session().refresh();
      announce("You have a new access token.");
    } catch (error) {
      if (session().status !== "none") say(message, `The token could not be refreshed. ${serviceMessage(error)}`);
    } finally {
      busy = false;
      setBusy(refresh, undefined);
    }
  });
  byId("logout").addEventListener("click", logOut);

  return {
    /** Shows or updates the session. `access` and `whole` are when its two clocks start, in ms; `sid` is its id. */
    show({ access, whole, sid }) {
      began = { access, whole };
      say(message);
      section.hidden = false;
      byId("kept").textContent = isKept()
        ? "The session is stored in this browser, for all its tabs, until you log out."
        : "The session is kept only in this page’s memory: reloading or closing the page ends it.";
      noteClock();
      stop();
      stop = followClock(paint, () => session().now * 1000);
      if (greeted !== undefined && greeted === sid) return;
      greeted = sid;
      title.textContent = "You are logged in";
      facts.replaceChildren();
      greet();
    },
    /** Warns that the token expires or expired before it could be renewed. */
    warn(text) {
      say(message, text, "warning");
    },
    focus() {
      title.focus();
    },
    hide() {
      stop();
      greeted = undefined;
      section.hidden = true;
      facts.replaceChildren();
      say(message);
    },
  };
}
