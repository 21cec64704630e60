// The part that verifies the token that is shown. It is closed at first, and what it needs is
// loaded when it is opened.

import { TokenError } from "portcullis/inspect";
import { byId, make, setBusy } from "../lib/dom.js";
import { chosen } from "./key-fields.js";
import { Unusable } from "./unusable.js";
import { accepted, refused } from "./verdicts.js";

const HMAC = /^HS(256|384|512)$/;
const NOT_LOADED = "The verifier could not be loaded. Check the connection, then reload the page.";

const loadVerifier = () => import("./lazy.js");
const loadLegacy = () => import("./lazy-legacy.js");

/**
 * Wires the panel. `current()` is the token that is shown with what it says, or undefined;
 * `clock()` the time in milliseconds; `onVerdict(finding)` is told what is known of the signature.
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

  /** What was found is about a key and a token that are not there any more. */
  function forget() {
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

  /** Leaves no secret behind. */
  function empty() {
    form.reset();
    setRevealed(false);
    forget();
    suggest();
  }

  /** The choices that fit the token; the reader has the last word. */
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
    // A secret with half a character in it: a wrong call, as the package sees it.
    if (error instanceof TypeError && /surrogate/.test(error.message))
      return { message: { kind: "error", text: `The key cannot be used: ${error.message}.` }, entered: true };
    if (error.code === "module_unavailable")
      return { message: { kind: "error", text: `This browser cannot verify: ${error.message}.`, code: error.code } };
    return { message: { kind: "error", text: NOT_LOADED } };
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    forget();
    const token = current(),
      source = chosen(form),
      mine = asked;
    if (!token) {
      say({ kind: "error", text: "There is no token to verify. Paste one, or log in." });
      return byId("pasted").focus();
    }
    busy = true;
    setBusy(button, "Verifying…");
    let outcome;
    try {
      outcome = accepted(token.legacy ? "this secret, as itsdangerous signs" : source.name, await check(token, source));
    } catch (error) {
      outcome = outcomeOf(error, token);
    }
    busy = false;
    setBusy(button, undefined);
    // Meanwhile the reader may have closed the panel, or shown another token.
    if (mine !== asked) return;
    say(outcome.message);
    if (outcome.entered || outcome.message.code === "key_invalid") {
      byId(source.field).setAttribute("aria-invalid", "true");
      byId(source.field).focus();
    }
    onVerdict(outcome.verdict);
  });

  form.addEventListener("input", forget);
  form.addEventListener("change", ({ target }) => {
    if (target.name === "with") showChosen();
  });
  reveal.addEventListener("click", () => setRevealed(secret.type === "password"));
  part.addEventListener("toggle", () => {
    if (!part.open) return empty();
    // So that it is there when the key is; whether it came is said when it is needed.
    (current()?.legacy ? loadLegacy() : loadVerifier()).catch(() => {});
  });
  // Whoever leaves the page leaves no secret in it, should the browser keep it to come back to.
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
    /** Another token is shown, or none. */
    tokenChanged() {
      forget();
      suggest();
    },
    open() {
      part.open = true;
      part.querySelector("summary").focus();
    },
  };
}
