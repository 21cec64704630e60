/**
 * Reads tokens without a key, in JavaScript without WebAssembly. `portcullis` exports the same functions.
 * The results are **not verified**: anyone can have written the token.
 * @example
 * import { inspect } from "portcullis/inspect";
 * const { claims, status, secondsLeft } = inspect(token);
 */
export { decode, expiresAt, inspect, isExpired, secondsLeft, TokenError } from "../index.js";
export type {
  DecodeOptions,
  InspectOptions,
  Inspection,
  JoseHeader,
  JwtClaims,
  RegisteredClaims,
  TokenErrorCode,
} from "../index.js";
