// The raw token in its three parts, and the button that copies the token.

import { announce, byId, make } from "../lib/dom.js";

const NAMES = ["header", "claims", "signature"];

/** Wires the panel; `shown()` returns the token in it. */
export function rawToken(shown) {
  const copy = byId("copy"),
    raw = byId("raw");
  let copied;

  function reset() {
    clearTimeout(copied);
    copy.textContent = "Copy token";
  }

  copy.addEventListener("click", async () => {
    const wanted = shown();
    try {
      await navigator.clipboard.writeText(wanted);
      if (shown() !== wanted) return;
      copy.textContent = "Copied";
      announce("Token copied.");
    } catch {
      if (shown() !== wanted) return;
      // The clipboard is missing without HTTPS or may be forbidden. Select the token, so that Ctrl+C copies it.
      getSelection().selectAllChildren(raw);
      raw.focus();
      copy.textContent = "Selected";
      announce("The token is selected. Copy it with the keyboard.");
    }
    clearTimeout(copied);
    copied = setTimeout(reset, 2000);
  });

  return {
    show(token) {
      reset();
      raw.replaceChildren(
        ...token
          .split(".")
          .flatMap((part, i) => [
            ...(i > 0 ? [make("span", { class: "dot" }, ".")] : []),
            make("span", { class: `part-${NAMES[i]}` }, part),
          ]),
      );
    },
    clear() {
      reset();
      raw.replaceChildren();
    },
  };
}
