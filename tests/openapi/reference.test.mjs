// The reference of routes and error codes agrees with the code.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { document, operations } from "../support/openapi.mjs";

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const http = read("docs/reference/http.md");
const errors = read("docs/reference/errors.md");

/** The rows of the first table below a heading. */
function rows(text, heading) {
  const part = text.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = part.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const named = (cell) => /^`([^`]+)`/.exec(cell)[1];
const codes = (heading) =>
  rows(errors, heading)
    .map(([code]) => named(code))
    .sort();
const numbers = (cell) => [...cell.matchAll(/\b\d{3}\b/g)].map(([status]) => status);

test("the reference has every route with its successes and errors", () => {
  const written = rows(http, "Routes").map(([route, , success, failures]) => [
    named(route),
    [...numbers(success).slice(0, 1), ...numbers(failures)].sort(),
  ]);
  const served = operations.map(([name, { responses }]) => [name, Object.keys(responses).sort()]);
  assert.deepEqual(Object.fromEntries(written), Object.fromEntries(served));
});

test("the reference names the authentication of each route", () => {
  const scheme = { token: "access token", operator: "operator", introspection: "`INTROSPECTION_SECRET`" };
  const security = Object.fromEntries(operations.map(([name, operation]) => [name, operation.security]));
  for (const [route, who] of rows(http, "Routes")) {
    const [required] = security[named(route)].flatMap(Object.keys);
    if (required === undefined) assert.match(who, /^none/, route);
    else assert.equal(who, scheme[required], route);
  }
});

test("the reference has every code of the Worker with the statuses that the code gives it", () => {
  const source = read("crates/worker/src/problem.rs");
  const made = [
    ...[...source.matchAll(/Self::new\(\s*(\d{3}),\s*"([a-z_]+)"/g)].map(([, status, code]) => [code, status]),
    ...[...source.matchAll(/Self::token\(\s*"([a-z_]+)"/g)].map(([, code]) => [code, "401"]),
  ];
  const statuses = Object.fromEntries(
    rows(errors, "Worker codes").map(([code, status]) => [named(code), numbers(status)]),
  );
  assert.deepEqual(Object.keys(statuses).sort(), [...new Set(made.map(([code]) => code))].sort());
  for (const [code, status] of made) assert.ok(statuses[code].includes(status), `${code} is ${status}`);
  assert.deepEqual(Object.keys(statuses).sort(), [...document.components.schemas.Problem.properties.code.enum].sort());
});

test("the reference has every code of a token", () => {
  const [, body] = /pub fn code\(&self\) -> &'static str \{([\s\S]*?)\n {4}\}/.exec(read("src/error.rs"));
  assert.deepEqual(codes("Token codes"), [...body.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code).sort());
});

test("the reference has every code of a password", () => {
  const types = read("npm/src/password/index.d.ts");
  const [, union] = /PasswordErrorCode =([^;]*);/.exec(types);
  assert.deepEqual(codes("Password codes"), [...union.matchAll(/"([a-z_]+)"/g)].map(([, code]) => code).sort());
});
