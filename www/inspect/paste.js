// The box into which the reader pastes a token.

import { byId, say } from "../lib/dom.js";
import { tidy } from "./tidy.js";

// How long to wait for more typing, in ms.
const PAUSE = 200;

// This many characters in one event were pasted, not typed: some phone keyboards report a paste as typing.
const AT_ONCE = 20;

const loadExample = () => import("../verify/lazy.js");

/**
 * Wires the box. `clock()` is the time in ms, for the example. `onChange(token, dropped, pasted)` is called when the
 * reader stops typing; `token` is "" when the box is empty. `pasted` says that the text was inserted in one piece.
 */
export function pasteBox({ clock, onChange }) {
  const box = byId("pasted"),
    message = byId("paste-message"),
    clear = byId("paste-clear"),
    example = byId("paste-example");
  let timer,
    pasted = false,
    length = 0;

  function read() {
    clearTimeout(timer);
    clear.hidden = box.value === "";
    example.hidden = !clear.hidden;
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

  example.addEventListener("click", async () => {
    let made;
    try {
      made = await loadExample();
    } catch {
      return say(message, "The example could not be loaded. Check the connection, then reload the page.");
    }
    // The reader may have pasted a token while the example was loading.
    if (box.value !== "") return;
    box.value = made.exampleToken(Math.floor(clock() / 1000));
    box.focus();
    pasted = true;
    read();
    say(message, `This example is valid for five minutes. Verify it with its secret: ${made.SECRET}`, "hint");
  });

  return {
    hint: (dropped) => say(message, dropped.length === 0 ? "" : `The page removed ${dropped.join(" and ")}.`, "hint"),
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
