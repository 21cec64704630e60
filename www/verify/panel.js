// The section that verifies the visible token. It is closed at first; opening it loads the code that it
// needs.

import { TokenError } from "portcullis/inspect";
import { byId, make, setBusy } from "../lib/dom.js";
import { serviceUrl } from "../lib/service.js";
import { chosen } from "./key-fields.js";
import { Unusable } from "./unusable.js";
import { accepted, refused } from "./verdicts.js";

const HMAC = /^HS(256|384|512)$/;
const NOT_LOADED = "The verifier could not be loaded. Check the connection, then reload the page.";

const loadVerifier = () => import("./lazy.js");
const loadLegacy = () => import("./lazy-legacy.js");

/**
 * Wires the panel. `current()` returns the visible token with its inspection, or undefined; `clock()` returns the
 * time in ms; `onVerdict(finding)` gets the verdict on the signature, or undefined if there is none.
 */
export function verifyPanel({ current, clock, onVerdict }) {
  const part = byId("verify"),
    form = byId("verify-form"),
    message = byId("verify-message");
  const button = byId("verify-button"),
    secret = byId("secret"),
    reveal = byId("secret-reveal");
  let busy = false,
    asked = 0;
  byId("key-url").defaultValue = `${new URL(serviceUrl).pathname}.well-known/jwks.json`;

  function say({ kind, text, code } = {}) {
    message.hidden = !text;
    message.dataset.kind = kind ?? "";
    message.replaceChildren(...(text ? [text] : []), ...(code ? [" ", make("code", {}, code)] : []));
  }

  function setRevealed(now) {
    secret.type = now ? "text" : "password";
    reveal.textContent = now ? "Hide" : "Show";
    reveal.setAttribute("aria-label", now ? "Hide secret" : "Show secret");
  }

  /** Removes the verdict, because the key or the token has changed. */
  function clearVerdict() {
    asked += 1;
    say();
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    onVerdict(undefined);
  }

  function showChosen() {
    for (const fields of form.querySelectorAll("[data-with]"))
      fields.hidden = fields.dataset.with !== new FormData(form).get("with");
    byId("salt-field").hidden = !current()?.legacy;
  }

  /** Clears the form, so that no secret stays in it. */
  function empty() {
    form.reset();
    setRevealed(false);
    clearVerdict();
    suggest();
  }

  /** Preselects the choices that fit the token; the reader can change them. */
  function suggest() {
    const { alg } = current()?.header ?? {};
    if (HMAC.test(alg)) byId("secret-algorithm").value = alg;
    form.elements.with.value = alg === undefined || HMAC.test(alg) ? "secret" : "url";
    showChosen();
  }

  async function check(token, source) {
    const { key, secret: raw, algorithm, salt } = await source.read();
    const now = Math.floor(clock() / 1000);
    if (raw !== undefined && token.legacy) {
      const { checkLegacy, ready } = await loadLegacy();
      await ready();
      return checkLegacy(token.token, raw, algorithm, salt, now);
    }
    const { checkWithKey, checkWithSecret, ready } = await loadVerifier();
    await ready();
    return raw === undefined ? checkWithKey(token.token, key, now) : checkWithSecret(token.token, raw, algorithm, now);
  }

  function outcomeOf(error, token) {
    if (error instanceof TokenError) return refused(error, token, clock());
    if (error instanceof Unusable) return { message: { kind: "error", text: error.message }, entered: true };
    // The package throws a TypeError for a secret with an unpaired surrogate.
    if (error instanceof TypeError && /surrogate/.test(error.message))
      return { message: { kind: "error", text: `The key cannot be used: ${error.message}.` }, entered: true };
    if (error.code === "module_unavailable")
      return { message: { kind: "error", text: `This browser cannot verify: ${error.message}.`, code: error.code } };
    return { message: { kind: "error", text: NOT_LOADED } };
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    clearVerdict();
    const token = current(),
      source = chosen(form),
      mine = asked;
    if (!token) {
      say({ kind: "error", text: "There is no token to verify. Paste a token, or log in." });
      return byId("pasted").focus();
    }
    busy = true;
    setBusy(button, "Verifying…");
    let outcome;
    try {
      outcome = accepted(token.legacy ? "this secret (itsdangerous)" : source.name, await check(token, source));
    } catch (error) {
      outcome = outcomeOf(error, token);
    }
    busy = false;
    setBusy(button, undefined);
    // While the page verified, the reader may have closed the section or shown another token.
    if (mine !== asked) return;
    say(outcome.message);
    if (outcome.entered || outcome.message.code === "key_invalid") {
      byId(source.field).setAttribute("aria-invalid", "true");
      byId(source.field).focus();
    }
    onVerdict(outcome.verdict);
  });

  form.addEventListener("input", clearVerdict);
  form.addEventListener("change", ({ target }) => {
    if (target.name === "with") showChosen();
  });
  reveal.addEventListener("click", () => setRevealed(secret.type === "password"));
  part.addEventListener("toggle", () => {
    if (!part.open) return empty();
    // Load the code while the reader enters the key. If loading fails, the error is shown at the submit.
    (current()?.legacy ? loadLegacy() : loadVerifier()).catch(() => {});
  });
  // Clear the secret when the reader leaves: the browser may keep the whole page for its Back button.
  addEventListener("pagehide", () => {
    part.open = false;
    empty();
  });
  byId("verify-close").addEventListener("click", () => {
    part.open = false;
    part.querySelector("summary").focus();
  });

  button.disabled = false;
  suggest();

  return {
    /** Call this when another token or no token is visible. */
    tokenChanged() {
      clearVerdict();
      suggest();
    },
    open() {
      part.open = true;
      part.querySelector("summary").focus();
    },
  };
}
