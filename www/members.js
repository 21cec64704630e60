// The members of a header or of claims as table rows.

import { foreign, jointed, make } from "./dom.js";
import { dateInWords } from "./words.js";

const meanings = new Map(Object.entries({
  iss: "issuer", sub: "subject", aud: "audience", exp: "expires", nbf: "not before", iat: "issued", jti: "token id",
  alg: "algorithm", typ: "type", cty: "content type", kid: "key id", crit: "must be understood",
  id: "user id", azp: "authorized party", scope: "scope", client_id: "client", auth_time: "logged in", updated_at: "updated",
}));

const dates = new Set(["exp", "nbf", "iat", "auth_time", "updated_at"]);

// Seconds reach this number in the year 5138, milliseconds did in 1973.
const MOST_SECONDS = 1e11;

/** Whether a member is a date that someone seems to have written in milliseconds. */
export const inMilliseconds = (name, value) => dates.has(name) && typeof value === "number" && value > MOST_SECONDS;

// What is longer than this scrolls in a box of its own.
const LONG = 300;

function written(name, text) {
  if (text.length <= LONG) return make("span", { class: "value" }, jointed(text));
  return make("span", { class: "value long", tabindex: "0", role: "group", "aria-label": `Value of ${name}` }, foreign(text));
}

function valueOf(name, value) {
  if (dates.has(name) && typeof value === "number") {
    const date = new Date(value * 1000);
    const words = dateInWords(date);
    const number = make("span", { class: "value" }, String(value));
    return [number,
      ...(words ? [make("time", { class: "words", datetime: date.toISOString() }, words)] : []),
      ...(inMilliseconds(name, value) ? [make("span", { class: "words doubt" }, "looks like milliseconds, not seconds")] : [])];
  }
  if (typeof value === "string") return value === "" ? [make("span", { class: "words" }, "empty")] : [written(name, value)];
  return [written(name, JSON.stringify(value, null, 2))];
}

export function memberRows(members) {
  const rows = Object.entries(members).map(([name, value]) => make("tr", {},
    make("th", { scope: "row" },
      make("span", { class: "value" }, name.length > LONG ? foreign(name) : jointed(name)),
      ...(meanings.has(name) ? [make("span", { class: "words" }, meanings.get(name))] : [])),
    make("td", {}, ...valueOf(name, value))));
  return rows.length > 0 ? rows : [make("tr", {}, make("td", { class: "words" }, "None"))];
}
