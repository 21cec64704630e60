// The box for any token.

import { byId, say } from "../lib/dom.js";
import { tidy } from "./tidy.js";

const PAUSE = 200;

// So many characters at once are no typing: some phones' keyboards insert the clipboard as if typed.
const AT_ONCE = 20;

/**
 * Wires the box; `onChange(token, dropped, pasted)` is called when its text has settled, with
 * "" once it is empty. `pasted`: it came in one piece, and was not typed.
 */
export function pasteBox(onChange) {
  const box = byId("pasted"), message = byId("paste-message"), clear = byId("paste-clear");
  let timer, pasted = false, length = 0;

  function read() {
    clearTimeout(timer);
    clear.hidden = box.value === "";
    const { token, dropped } = tidy(box.value);
    const atOnce = pasted;
    pasted = false;
    length = box.value.length;
    onChange(token, dropped, atOnce);
  }

  box.addEventListener("input", ({ inputType }) => {
    if (/^insertFrom(Paste|Drop)/.test(inputType) || box.value.length - length > AT_ONCE) pasted = true;
    length = box.value.length;
    clearTimeout(timer);
    timer = setTimeout(read, PAUSE);
  });
  clear.addEventListener("click", () => {
    box.value = "";
    read();
    box.focus();
  });

  return {
    hint: (dropped) => say(message, dropped.length === 0 ? "" : `Left out: ${dropped.join(" and ")}.`, "hint"),
    complain(text) {
      say(message, text);
      if (text) box.setAttribute("aria-invalid", "true");
      else box.removeAttribute("aria-invalid");
    },
    get isEmpty() {
      return tidy(box.value).token === "";
    },
    refresh: read,
    empty() {
      box.value = "";
      read();
    },
  };
}
