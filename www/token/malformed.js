// Explains in plain words why a text is not a token.

// The package's limit: MAX_LENGTH in src/token.
const LONGEST = 8192;

/** Why a text cannot be read as a token; `error` is the package's TokenError. */
export function malformed(error, text) {
  const parts = text.split(".").length;
  if (parts === 1)
    return "This is not a JSON Web Token: it has no dot, but a token has three parts with dots between them.";
  if (/\s/.test(text)) return "There is a space or a line break in the text. A token is one unbroken line: remove it.";
  if (text.length > LONGEST)
    return `This text is longer than the ${LONGEST.toLocaleString("en")} characters a token may have.`;
  if (parts === 5)
    return "This looks like an encrypted token (five parts). This page reads only signed tokens, which have three parts.";
  if (parts !== 3)
    return `This is not a JSON Web Token: it has ${parts} parts, but a token has three, with dots between them.`;
  if (/[^\w.-]/.test(text)) return "This is not a JSON Web Token: it contains characters that a token cannot have.";
  // The package's message explains the remaining cases; it never contains text of the token.
  return `This is not a valid JSON Web Token: ${error.message}. Check that you pasted the whole token.`;
}
