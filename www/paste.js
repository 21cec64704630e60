// The box for any token.

import { byId, say } from "./dom.js";

const PAUSE = 200;

/** What people copy along with a token, and what it is called. */
export function tidy(text) {
  const dropped = [];
  let token = text.trim();
  const prefix = /^(?:["'`]?authorization["'`]?\s*[:=]\s*)?["'`]?(bearer|jwt)\s+/i.exec(token);
  if (prefix) {
    token = token.slice(prefix[0].length);
    dropped.push(`the “${prefix[1]}” in front`);
  }
  const bare = token.replace(/^["'`]+|["'`,;\s]+$/g, "");
  if (bare !== token) dropped.push("the quotation marks around it");
  if (text !== text.trim() && bare !== "") dropped.push("the white space around it");
  return { token: bare, dropped };
}

/** Wires the box; `onChange(token, dropped)` is called when its text has settled, with "" once it is empty. */
export function pasteBox(onChange) {
  const box = byId("pasted"), message = byId("paste-message"), clear = byId("paste-clear");
  let timer;

  function read() {
    clearTimeout(timer);
    clear.hidden = box.value === "";
    const { token, dropped } = tidy(box.value);
    onChange(token, dropped);
  }

  box.addEventListener("input", () => {
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
      box.toggleAttribute("aria-invalid", Boolean(text));
    },
    refresh: read,
    empty() {
      box.value = "";
      read();
    },
  };
}
