import * as wasm from "../wasm/portcullis.js";
import { fail } from "./error.js";
import { facts, read, writeToken } from "./memory.js";
import { checkOptions, nowFrom, seconds } from "./time.js";

const LONGEST = 8192;
// The order of both is that of src/js.
const STATUS = ["current", "expired", "not-yet-valid", "never-expires"];
const fact = { status: 2, issuedAt: 3, notBefore: 4, expiresAt: 5, secondsLeft: 6, legacy: 7 };

const date = (at) => (Number.isNaN(at) ? undefined : new Date(at * 1000));

function look(token, options, known = ["now", "leeway"]) {
  checkOptions(options, known);
  // Before the token is written: a getter may come back here.
  const now = nowFrom(options);
  const leeway = seconds(options?.leeway, 0);
  if (!wasm.inspect(writeToken(token, LONGEST), now, leeway)) fail();
  return facts();
}

export function decode(token) {
  if (!wasm.decode(writeToken(token, LONGEST))) fail();
  return JSON.parse(read());
}

export function inspect(token, options) {
  const found = look(token, options);
  const { header, claims } = JSON.parse(read());
  return {
    header,
    claims,
    status: STATUS[found[fact.status]],
    issuedAt: date(found[fact.issuedAt]),
    notBefore: date(found[fact.notBefore]),
    expiresAt: date(found[fact.expiresAt]),
    secondsLeft: found[fact.secondsLeft],
    legacy: found[fact.legacy] === 1,
  };
}

export const expiresAt = (token) => date(look(token)[fact.expiresAt]);

export const secondsLeft = (token, options) => look(token, options, ["now"])[fact.secondsLeft];

export const isExpired = (token, options) => STATUS[look(token, options)[fact.status]] === "expired";
