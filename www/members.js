// The members of a header or of claims as table rows.

import { foreign, make } from "./dom.js";
import { dateInWords } from "./words.js";

const meanings = new Map(Object.entries({
  iss: "issuer", sub: "subject", aud: "audience", exp: "expires", nbf: "not before", iat: "issued", jti: "token id",
  alg: "algorithm", typ: "type", cty: "content type", kid: "key id", crit: "must be understood",
  id: "user id", azp: "authorized party", scope: "scope", client_id: "client", auth_time: "logged in", updated_at: "updated",
}));

const dates = new Set(["exp", "nbf", "iat", "auth_time", "updated_at"]);

function valueOf(name, value) {
  if (dates.has(name) && typeof value === "number") {
    const date = new Date(value * 1000);
    const words = dateInWords(date);
    const number = make("span", { class: "value" }, String(value));
    return words ? [number, make("time", { class: "words", datetime: date.toISOString() }, words)] : [number];
  }
  if (typeof value === "string") return value === "" ? [make("span", { class: "words" }, "empty")] : [make("span", { class: "value" }, foreign(value))];
  return [make("span", { class: "value" }, foreign(JSON.stringify(value, null, 2)))];
}

export function memberRows(members) {
  const rows = Object.entries(members).map(([name, value]) => make("tr", {},
    make("th", { scope: "row" },
      make("span", { class: "value" }, foreign(name)),
      ...(meanings.has(name) ? [make("span", { class: "words" }, meanings.get(name))] : [])),
    make("td", {}, ...valueOf(name, value))));
  return rows.length > 0 ? rows : [make("tr", {}, make("td", { class: "words" }, "None"))];
}
