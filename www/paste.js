// The box for any token.

import { byId, say } from "./dom.js";

const PAUSE = 200;

// So many characters at once are no typing: some phones' keyboards insert the clipboard as if typed.
const AT_ONCE = 20;

// Three parts of which the first begins as a JSON object does.
const TOKEN_LIKE = /^e[wy][\w-]*\.[\w-]+\.[\w-]*$/;

/** The token in an answer of /login, if the text is one. */
function tokenInJson(text) {
  if (!text.startsWith("{")) return undefined;
  try {
    const { token } = JSON.parse(text);
    return typeof token === "string" ? token.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** What people copy along with a token, and what it is called. */
export function tidy(text) {
  const dropped = [];
  let token = text.trim();
  const answered = tokenInJson(token);
  if (answered) {
    token = answered;
    dropped.push("the JSON around it");
  }
  const prefix = /^(?:["'`]?authorization["'`]?\s*[:=]\s*)?["'`]?(bearer|jwt)\s+/i.exec(token);
  if (prefix) {
    token = token.slice(prefix[0].length);
    dropped.push(`the “${prefix[1]}” in front`);
  }
  const bare = token.replace(/^["'`]+|["'`,;\s]+$/g, "");
  if (bare !== token) dropped.push("the quotation marks around it");
  if (text !== text.trim() && bare !== "") dropped.push("the white space around it");
  const joined = bare.replace(/\s+/g, "");
  if (joined === bare || !TOKEN_LIKE.test(joined)) return { token: bare, dropped };
  dropped.push(/[\n\r]/.test(bare) ? "the line breaks inside it" : "the white space inside it");
  return { token: joined, dropped };
}

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
      box.toggleAttribute("aria-invalid", Boolean(text));
    },
    refresh: read,
    empty() {
      box.value = "";
      read();
    },
  };
}
