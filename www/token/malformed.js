// What keeps a text from being a token, in plain words.

// The package's limit: MAX_LENGTH in src/token.
const LONGEST = 8192;

/** Why a text cannot be read as a token; `error` is what the package says of it. */
export function malformed(error, text) {
  const parts = text.split(".").length;
  if (parts === 1)
    return "Not a JSON Web Token: there is no dot in it, and a token has three parts with dots between them.";
  if (/\s/.test(text)) return "There is a space or a line break inside. A token is one unbroken line.";
  if (text.length > LONGEST)
    return `This is longer than the ${LONGEST.toLocaleString("en")} characters a token may have.`;
  if (parts === 5)
    return "This looks like an encrypted token (five parts). Only signed tokens, with three parts, can be read without a key.";
  if (parts !== 3) return `Not a JSON Web Token: it has ${parts} parts, and a token has three, with dots between them.`;
  if (/[^\w.-]/.test(text)) return "Not a JSON Web Token: it contains characters that no token has.";
  // The package says the rest, and never repeats anything of the token.
  return `Not a JSON Web Token, or not a whole one: ${error.message}.`;
}
