// Who is logged in, and for how long: the access token's clock and the session's.

import { followClock, reading, remainder } from "../lib/countdown.js";
import { announce, byId, foreign, make, say, setBusy } from "../lib/dom.js";
import { duration, roughly } from "../lib/words.js";
import { whoAmI } from "./account.js";
import { serviceMessage } from "./messages.js";

// A clock that is off by less than this, in seconds, changes nothing that anyone would see.
const CLOCK_OFF = 30;

/** One of the two clocks: a time left, and a bar. */
function dial(name) {
  const text = byId(`${name}-left`),
    bar = byId(`${name}-bar`);
  return (start, end, now) => {
    const { seconds, next } = reading(end, now);
    const isOver = end <= now;
    text.textContent = isOver ? "over" : `${duration(seconds)}\u00a0left`;
    bar.style.transform = `scaleX(${remainder(start, end, now).toFixed(4)})`;
    return isOver ? undefined : next;
  };
}

/** Wires the panel. `session()` is the session as it is now; `logOut()` is asked to end it. */
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

  /** Says so where this machine's clock is wrong: what is shown goes by the service's. */
  function noteClock() {
    const off = Math.round(Date.now() / 1000 - session().now);
    say(
      clockNote,
      Math.abs(off) < CLOCK_OFF
        ? ""
        : `The clock of this device is ${roughly(Math.abs(off), Math.round)} ${off > 0 ? "fast" : "slow"}. The times here go by the service’s clock.`,
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
    /** Shows the session, or what has changed of it: from when on its clocks run, in ms, and which one it is. */
    show({ access, whole, sid }) {
      began = { access, whole };
      say(message);
      section.hidden = false;
      byId("kept").textContent = isKept()
        ? "Kept in this browser, for all its tabs, until you log out."
        : "Kept in this page’s memory and nowhere else. Reload or close the page, and it is gone.";
      noteClock();
      stop();
      stop = followClock(paint, () => session().now * 1000);
      if (greeted !== undefined && greeted === sid) return;
      greeted = sid;
      title.textContent = "You are logged in";
      facts.replaceChildren();
      greet();
    },
    /** Says that the token will end, or has ended, before it could be renewed. */
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
