// The page: a login form, a box for any token, and one view that shows either's token.

import { TokenError } from "portcullis/inspect";
import { Problem } from "./api.js";
import { loginForm } from "./login.js";
import { tokenMessage } from "./messages.js";
import { pasteBox } from "./paste.js";
import { sessionPanel } from "./session.js";
import { tokenView } from "./token-view.js";

function moveGate(status) {
  document.documentElement.dataset.gate = status === "current" || status === "never-expires" ? "up" : "down";
}

const view = tokenView(moveGate);

function showNothing(title, text) {
  view.clear(title, text);
  moveGate("none");
}

function showSession() {
  if (session.token !== undefined) view.show(session.token, "session");
  else showNothing("No token yet", "Log in to get one, or paste any token to see what it says and how long it lasts.");
}

const session = sessionPanel(({ expired }) => {
  form.show({ keepUsername: expired });
  box.refresh();
});

const form = loginForm((token) => {
  try {
    session.begin(token);
  } catch (error) {
    throw error instanceof TokenError ? new Problem("answer_unexpected") : error;
  }
  form.hide();
  box.empty();
});

const box = pasteBox((token, dropped, pasted) => {
  box.complain();
  if (token === "") return showSession();
  try {
    const another = view.show(token, "pasted");
    box.hint(dropped);
    if (another && pasted) view.reveal();
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    box.complain(tokenMessage(error.code, token));
    showNothing("Nothing to show", "What was pasted cannot be read as a token.");
  }
});

// A reload may bring back what was in the box.
box.refresh();
