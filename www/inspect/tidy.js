// Removes the text that people copy along with a token.

// Three parts; the first starts like the Base64 of a JSON object.
const TOKEN_LIKE = /^e[wy][\w-]*\.[\w-]+\.[\w-]*$/;

/** The token in a response of /login, if the text is such a response. */
function tokenInJson(text) {
  if (!text.startsWith("{")) return undefined;
  try {
    const { token } = JSON.parse(text);
    return typeof token === "string" ? token.trim() : undefined;
  } catch {
    return undefined;
  }
}

/** Removes the quotation marks around a text. A loop, because a regular expression would take quadratic time on a long run of them. */
function unquoted(text) {
  let end = text.length;
  while (end > 0 && /["'`,;\s]/.test(text[end - 1])) end -= 1;
  return text.slice(0, end).replace(/^["'`]+/, "");
}

/** The token in a text, and a description of each thing that was removed from around it. */
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
    dropped.push(`the “${prefix[1]}” before it`);
  }
  const bare = unquoted(token);
  if (bare !== token) dropped.push("the quotation marks around it");
  if (text !== text.trim() && bare !== "") dropped.push("the white space around it");
  const joined = bare.replace(/\s+/g, "");
  if (joined === bare || !TOKEN_LIKE.test(joined)) return { token: bare, dropped };
  dropped.push(/[\n\r]/.test(bare) ? "the line breaks inside it" : "the white space inside it");
  return { token: joined, dropped };
}
