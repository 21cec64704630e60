// Who is logged in. The token lives in a variable of this page: not in a cookie, not in
// storage, not in the address.

import { inspect } from "portcullis/inspect";
import { whoAmI } from "./api.js";
import { followClock, reading } from "./countdown.js";
import { byId, foreign, make, say } from "./dom.js";
import { serviceMessage } from "./messages.js";
import { duration } from "./words.js";

/** Wires the panel shown after a login; `onEnd({ expired })` is called when its button is pressed. */
export function sessionPanel(onEnd) {
  const section = byId("session"), title = byId("session-title"), facts = byId("session-facts");
  const message = byId("session-message"), button = byId("logout");
  const timeLeft = make("dd");
  let token, expired = false, stop = () => {};

  const fact = (name, content) => make("div", {}, make("dt", {}, name), content);
  const clock = fact("Time left", timeLeft);
  const stated = (name, value) => fact(name, make("dd", {}, foreign(String(value))));

  async function greet(newToken) {
    try {
      const { id, username, phone } = await whoAmI(newToken);
      if (token !== newToken) return;
      title.replaceChildren("Hello, ", foreign(String(username)));
      facts.replaceChildren(stated("User id", id), ...(phone ? [stated("Phone", phone)] : []), clock);
    } catch (problem) {
      if (token === newToken && !expired) say(message, `Your account could not be read. ${serviceMessage(problem)}`);
    }
  }

  button.addEventListener("click", () => {
    const was = { expired };
    stop();
    token = undefined;
    section.hidden = true;
    facts.replaceChildren();
    onEnd(was);
  });

  function setExpired(now) {
    expired = now;
    button.textContent = now ? "Log in again" : "Log out";
    button.className = now ? "primary" : "secondary";
    if (now) say(message, "Your token has expired. The service no longer accepts it.", "warning");
  }

  /** The panel has a clock of its own: the view may be showing another token when this one ends. */
  function watch(newToken) {
    stop();
    stop = followClock((now) => {
      const { status, expiresAt } = inspect(newToken, { now: Math.floor(now / 1000) });
      const { seconds, next } = expiresAt ? reading(expiresAt.getTime(), now) : {};
      timeLeft.textContent = status === "never-expires" ? "no end" : status === "expired" ? "none" : duration(seconds);
      if (status === "expired" && !expired) setExpired(true);
      return status === "expired" ? undefined : next;
    });
  }

  return {
    get token() {
      return token;
    },
    /** Takes a new token; throws the package's TokenError if it is none. */
    begin(newToken) {
      inspect(newToken);
      token = newToken;
      title.textContent = "You are logged in";
      facts.replaceChildren(clock);
      say(message);
      setExpired(false);
      section.hidden = false;
      title.focus();
      watch(newToken);
      greet(newToken);
    },
  };
}
