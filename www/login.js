// The login form.

import { logIn } from "./api.js";
import { announce, byId, say } from "./dom.js";
import { serviceMessage } from "./messages.js";

/** Wires the form; `onToken(token)` is called after each login. */
export function loginForm(onToken) {
  const section = byId("login"), form = byId("login-form");
  const username = byId("username"), password = byId("password");
  const message = byId("login-message"), button = byId("login-button"), label = byId("login-label"), reveal = byId("reveal");
  let busy = false;

  function setBusy(now) {
    busy = now;
    // aria-disabled, not disabled: a disabled button would lose the focus of whoever pressed it.
    button.setAttribute("aria-disabled", String(now));
    button.toggleAttribute("data-busy", now);
    label.textContent = now ? "Logging in…" : "Log in";
  }

  function setRevealed(now) {
    password.type = now ? "text" : "password";
    reveal.textContent = now ? "Hide" : "Show";
    reveal.setAttribute("aria-label", now ? "Hide password" : "Show password");
  }

  function complain(text, ...fields) {
    say(message, text);
    for (const field of fields) field.setAttribute("aria-invalid", "true");
  }

  function forgive() {
    say(message);
    username.removeAttribute("aria-invalid");
    password.removeAttribute("aria-invalid");
  }

  reveal.addEventListener("click", () => setRevealed(password.type === "password"));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    forgive();
    if (username.value.trim() === "") {
      complain("Enter your username.", username);
      return username.focus();
    }
    if (password.value === "") {
      complain("Enter your password.", password);
      return password.focus();
    }
    setBusy(true);
    // Browsers remember what was typed into text fields.
    setRevealed(false);
    announce("Logging in…");
    try {
      const token = await logIn(username.value, password.value);
      password.value = "";
      onToken(token);
    } catch (problem) {
      if (problem.code === "credentials_incorrect") {
        complain(serviceMessage(problem), username, password);
        password.focus();
        password.select();
      } else {
        complain(serviceMessage(problem));
      }
    } finally {
      setBusy(false);
      announce("");
    }
  });

  // Disabled in the markup: without this script the form must not go anywhere.
  button.disabled = false;

  return {
    hide() {
      section.hidden = true;
    },
    /** Shows the form again: empty, or with the username left in it. */
    show({ keepUsername = false } = {}) {
      if (!keepUsername) username.value = "";
      password.value = "";
      forgive();
      section.hidden = false;
      (keepUsername ? password : username).focus();
    },
  };
}
