// The raw token in its three parts, and the button that copies it.

import { announce, byId, make } from "../lib/dom.js";

const NAMES = ["header", "claims", "signature"];

/** Wires the panel; `shown()` is the token that stands in it. */
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
      // No clipboard without https, or where it is forbidden: then leave only Ctrl+C to do.
      getSelection().selectAllChildren(raw);
      raw.focus();
      copy.textContent = "Selected";
      announce("The token is selected; copy it with the keyboard.");
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
