// The page: a session, a box for any token, and one view that shows either's token and verifies it.

import { TokenError, inspect } from "portcullis/inspect";
import { pasteBox } from "./inspect/paste.js";
import { byId } from "./lib/dom.js";
import { openParts } from "./parts.js";
import { sessionClient } from "./session/client.js";
import { loginForm } from "./session/login.js";
import { endings } from "./session/messages.js";
import { sessionPanel } from "./session/panel.js";
import { malformed } from "./token/malformed.js";
import { tokenView } from "./token/view.js";
import { verifyPanel } from "./verify/panel.js";

function moveGate(status) {
  document.documentElement.dataset.gate = status === "current" || status === "never-expires" ? "up" : "down";
}

const client = sessionClient({ refreshed: showSession, expiring: warn, expired: lapse, ended: end });
const session = () => client.session;
// The service's, as far as it is known: this machine's clock may be wrong.
const clock = () => session().now * 1000;

const view = tokenView({ clock, onStatus: moveGate });
const verify = verifyPanel({ current: () => view.current, clock, onVerdict: (finding) => view.judge(finding) });

const panel = sessionPanel({ session, isKept: () => client.kept, logOut: () => session().logout() });
const form = loginForm({
  canKeep: client.canKeep,
  async logIn(username, password, keep) {
    await client.login(username, password, keep);
    box.empty();
  },
});

const box = pasteBox({ clock, onChange: showPasted });

function showPasted(token, dropped, pasted) {
  box.complain();
  if (token === "") return showOwn();
  try {
    const another = view.show(token, "pasted");
    if (another) verify.tokenChanged();
    box.hint(dropped);
    if (another && pasted) view.reveal();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    box.complain(malformed(error, token));
    showNothing("This is not a token", `Read strictly, as the service does: ${error.message}.`, error.code);
  }
}

function showNothing(title, text, code) {
  view.clear(title, text, code);
  verify.tokenChanged();
  moveGate("none");
}

/** The session's own token, where none is pasted. */
function showOwn() {
  const { token, status } = session();
  if (status === "none")
    return showNothing(
      "No token yet",
      "Log in to get one, or paste any token to see what it says and how long it lasts.",
    );
  // One that is over stays on view until there is another.
  if (token === undefined && view.current?.source === "session") return;
  if (token === undefined) return showNothing("Your token has expired", "A new one is asked for.");
  try {
    if (view.show(token, "session")) verify.tokenChanged();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    showNothing("Your token cannot be read", `Read strictly: ${error.message}.`, error.code);
  }
}

/** From when on the session's two clocks run, in ms, and which session it is. */
function beginnings({ token, now }) {
  try {
    const {
      issuedAt,
      claims: { auth_time, sid },
    } = inspect(token);
    return { access: issuedAt.getTime(), whole: auth_time * 1000, sid };
  } catch {
    return { access: now * 1000, whole: now * 1000 };
  }
}

function showSession() {
  const isHere = byId("login").contains(document.activeElement);
  form.hide();
  panel.show(beginnings(session()));
  if (isHere) panel.focus();
  if (box.isEmpty) showOwn();
}

function warn() {
  panel.warn("Your access token ends soon and could not be renewed yet. The service is asked again until then.");
}

function lapse() {
  panel.warn(
    `Your access token has expired and could not be renewed: ${navigator.onLine ? "the service cannot be reached" : "you seem to be offline"}. The service is asked again by itself; “Refresh” asks at once.`,
  );
}

function end({ reason }) {
  const isHere = byId("session").contains(document.activeElement);
  panel.hide();
  form.show({ why: endings[reason], keepUsername: reason !== "logout", focus: isHere });
  if (box.isEmpty) showOwn();
  // Once the session has done what else it does at its end.
  queueMicrotask(() => client.share());
}

// The browser may keep the page as it is, for whoever comes back to it by its Back button.
addEventListener("pagehide", () => {
  if (!client.kept) session().logout();
});

// A reload may bring back what was in the box.
box.refresh();
session().ready.then(() => {
  delete document.documentElement.dataset.session;
  if (session().status !== "none") showSession();
  openParts({
    login: () => (session().status === "none" ? form : panel).focus(),
    inspect: () => byId("pasted").focus(),
    verify: () => verify.open(),
  });
});
