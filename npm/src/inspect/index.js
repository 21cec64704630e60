// `portcullis/inspect`: reads tokens without a key. It is JavaScript, without WebAssembly, so that a page that reads one
// token neither loads nor compiles a module. The tests compare it with the core, token by token.
import { LONGEST_TOKEN } from "../limits.js";
import { duration, length, readOptions, time } from "../options.js";
import { datesOf, secondsUntil, statusAt } from "./dates.js";
import { copyOfHeader, read } from "./read.js";

export { TokenError } from "../error.js";

const LENGTH = { __proto__: null, maxTokenLength: length };
const AT = { __proto__: null, now: time, maxTokenLength: length };
const OPTIONS = { __proto__: null, now: time, leeway: duration, maxTokenLength: length };

const date = (seconds) => (seconds === undefined ? undefined : new Date(seconds * 1000));

export function decode(token, options) {
  const { maxTokenLength = LONGEST_TOKEN } = readOptions(options, LENGTH);
  const { claims } = read(token, maxTokenLength);
  return { header: copyOfHeader(), claims };
}

export function inspect(token, options) {
  // Options are read first: a getter in them may call this function again.
  const { now = Date.now() / 1000, leeway = 0, maxTokenLength = LONGEST_TOKEN } = readOptions(options, OPTIONS);
  const found = read(token, maxTokenLength);
  const dates = datesOf(found);
  return {
    header: copyOfHeader(),
    claims: found.claims,
    status: statusAt(dates, now, leeway),
    issuedAt: date(dates.issuedAt),
    notBefore: date(dates.notBefore),
    expiresAt: date(dates.expiresAt),
    secondsLeft: secondsUntil(dates, now),
    legacy: dates.legacy,
  };
}

export function expiresAt(token, options) {
  const { maxTokenLength = LONGEST_TOKEN } = readOptions(options, LENGTH);
  return date(datesOf(read(token, maxTokenLength)).expiresAt);
}

export function secondsLeft(token, options) {
  const { now = Date.now() / 1000, maxTokenLength = LONGEST_TOKEN } = readOptions(options, AT);
  return secondsUntil(datesOf(read(token, maxTokenLength)), now);
}

export function isExpired(token, options) {
  const { now = Date.now() / 1000, leeway = 0, maxTokenLength = LONGEST_TOKEN } = readOptions(options, OPTIONS);
  return statusAt(datesOf(read(token, maxTokenLength)), now, leeway) === "expired";
}
