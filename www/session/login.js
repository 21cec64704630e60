// The login form.

import { announce, byId, say, setBusy } from "../lib/dom.js";
import { serviceMessage } from "./messages.js";

/** Wires the form. On submit it calls `logIn(username, password, keep)`. */
export function loginForm({ canKeep, logIn }) {
  const section = byId("login"),
    form = byId("login-form");
  const username = byId("username"),
    password = byId("password"),
    stay = byId("stay");
  const message = byId("login-message"),
    button = byId("login-button"),
    reveal = byId("reveal");
  let busy = false;

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

  function missing() {
    if (username.value.trim() === "") return [username, "Enter your username."];
    if (password.value === "") return [password, "Enter your password."];
  }

  reveal.addEventListener("click", () => setRevealed(password.type === "password"));

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    forgive();
    const [field, text] = missing() ?? [];
    if (field) {
      complain(text, field);
      return field.focus();
    }
    busy = true;
    setBusy(button, "Logging in…");
    // Browsers may store the content of text fields, but not of password fields.
    setRevealed(false);
    announce("Logging in…");
    try {
      await logIn(username.value, password.value, stay.checked);
      password.value = "";
    } catch (error) {
      if (error.code === "credentials_incorrect") {
        complain(serviceMessage(error), username, password);
        password.focus();
        password.select();
      } else {
        complain(serviceMessage(error));
      }
    } finally {
      busy = false;
      setBusy(button, undefined);
      announce("");
    }
  });

  byId("stay-field").hidden = !canKeep;
  // The markup disables the button, so that nobody can submit the form before this script runs.
  button.disabled = false;

  return {
    hide() {
      section.hidden = true;
    },
    /** Shows the form, with the message `why` if there is one. Empties the password, and the username unless `keepUsername`. */
    show({ why, keepUsername = false, focus = true } = {}) {
      if (!keepUsername) username.value = "";
      password.value = "";
      forgive();
      if (why) say(message, why, "warning");
      section.hidden = false;
      if (focus) (keepUsername ? password : username).focus();
    },
    focus() {
      (username.value === "" ? username : password).focus();
    },
  };
}
