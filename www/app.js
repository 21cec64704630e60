// The page: a session, a box for any token, and a view that shows and verifies the session's token or the pasted token.

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
// The service's time in ms, as far as the page knows it, because the clock of this device may be wrong.
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
    showNothing(
      "This is not a token",
      `The service would also reject it: ${error.message}. Paste the whole token.`,
      error.code,
    );
  }
}

function showNothing(title, text, code) {
  view.clear(title, text, code);
  verify.tokenChanged();
  moveGate("none");
}

/** Shows the session's own token; the caller does so while the box is empty. */
function showOwn() {
  const { token, status } = session();
  if (status === "none")
    return showNothing(
      "No token yet",
      "Log in to get a token, or paste any token to see its claims and how long it lasts.",
    );
  // An expired token stays visible until the session has a new one.
  if (token === undefined && view.current?.source === "session") return;
  if (token === undefined) return showNothing("Your token has expired", "The page is requesting a new one.");
  try {
    if (view.show(token, "session")) verify.tokenChanged();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    showNothing(
      "Your token cannot be read",
      `The page cannot read it: ${error.message}. Log out and log in again.`,
      error.code,
    );
  }
}

/** When the session's two clocks start, in ms, and the id of the session. */
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
  panel.warn("Your access token expires soon and could not be renewed yet. The page keeps trying until it expires.");
}

function lapse() {
  panel.warn(
    `Your access token has expired and could not be renewed: ${navigator.onLine ? "the service cannot be reached" : "you seem to be offline"}. The page keeps trying; press “Refresh” to try now.`,
  );
}

function end({ reason }) {
  const isHere = byId("session").contains(document.activeElement);
  panel.hide();
  form.show({ why: endings[reason], keepUsername: reason !== "logout", focus: isHere });
  if (box.isEmpty) showOwn();
  // Wait until the session has finished its own cleanup.
  queueMicrotask(() => client.share());
}

// The browser may keep the page for its Back button, where the next user of the device could open it.
addEventListener("pagehide", () => {
  if (!client.kept) session().logout();
});

// A browser may restore the text of the box after a reload.
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
