import { TokenError } from "../error.js";

/** The reasons why a text is not a token, as in src/error.rs. */
export const REASONS = {
  tooLong: "the token is longer than maxTokenLength (8192 bytes unless it is set)",
  parts: "a token has three parts with a dot between each two",
  base64: "a part of the token is not canonical base64url; there may be a prefix, padding or white space",
  utf8: "a part of the token is not UTF-8",
  json: "a part of the token is not a JSON object",
  duplicateName: "an object in the token has two members with the same name",
  nesting: "an object or array in the token is nested more than 32 levels deep",
  surrogate: "a string in the token holds a lone surrogate",
  number: "a number in the token is too large for a double",
  header: 'the token\'s header has no "alg", or its "alg", "kid" or "typ" is not a string or is too long',
  extension: "the token's header asks for an extension that is not supported",
};

/** Throws the error of a text that is not a token. */
export function fail(reason) {
  throw new TokenError(REASONS[reason], { code: "token_malformed", expiredAt: NaN, notBefore: NaN });
}
