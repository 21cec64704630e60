// The numbers that must be equal in crates/wasm and npm/src.
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsConstants, only, rustConstants, source } from "../support/rust-numbers.mjs";

const memoryRs = source("crates/wasm/src/memory.rs");
const memoryJs = source("npm/src/memory.js");
const js = jsConstants(memoryJs);
const { MOST } = rustConstants(source("crates/wasm/src/outline.rs"));
const facts = rustConstants(memoryRs, { "Outline::MOST": MOST });
const longestToken = rustConstants(source("src/token/mod.rs")).MAX_LENGTH;

test("every fact has the same index in crates/wasm/src/memory.rs and npm/src/memory.js", () => {
  const { COUNT, ...indexes } = facts;
  assert.ok(Object.keys(indexes).length >= 17, `${Object.keys(indexes)}`);
  const { FACTS, MOST_CLAIMS, LONGEST_TOKEN, LEAST_ROOM, STRING, NUMBER, BOOLEAN, NULL, ...mirrored } = js;
  assert.deepEqual(mirrored, indexes);
  assert.equal(FACTS, COUNT);
  assert.equal(MOST_CLAIMS, MOST);
});

test("every kind of a claim's value has the same number in crates/wasm/src/memory.rs and npm/src/memory.js", () => {
  const kinds = Object.fromEntries(
    [...memoryRs.matchAll(/ValueAt::(\w+)(?:\([^)]*\))? => \[(\d+)\.0,/g)].map(([, name, number]) => [
      name,
      Number(number),
    ]),
  );
  const { STRING, NUMBER, BOOLEAN, NULL } = js;
  assert.deepEqual({ Json: 0, Text: STRING, Number: NUMBER, Bool: BOOLEAN, Null: NULL }, kinds);
});

test("every status of an inspection has the same number in crates/wasm/src/inspect.rs and npm/src/inspector.js", () => {
  const statuses = [...source("crates/wasm/src/inspect.rs").matchAll(/Status::(\w+) => (\d+),/g)];
  const named = [];
  for (const [, name, number] of statuses) named[number] = name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
  const [list] = only(source("npm/src/inspector.js"), /\nconst STATUS = (\[[^\]]*\]);/, "the statuses");
  assert.equal(named.length, 4);
  assert.deepEqual(JSON.parse(list), named);
});

test("npm/src refuses a text that is longer than the core allows, and no other text", () => {
  assert.equal(longestToken, 8192);
  assert.equal(js.LONGEST_TOKEN, longestToken);
  assert.equal(js.LEAST_ROOM, 3 * (longestToken + 1));
  const password = jsConstants(source("npm/src/password/of.js"));
  assert.equal(password.LONGEST_PASSWORD, rustConstants(source("src/password/mod.rs")).MAX_LENGTH);
});

test("npm/src passes as many random bytes as the core asks for", () => {
  const [salt] = only(
    source("src/password/argon2id.rs"),
    /pub fn new\(password: &ClearPassword, salt: \[u8; (\d+)\]/,
    "the salt of a new hash",
  );
  assert.equal(jsConstants(source("npm/src/password/of.js")).SALT, Number(salt));
  const [random] = only(
    source("src/key/jwk/mod.rs"),
    /pub fn generate\(algorithm: Algorithm, random: &\[u8; (\d+)\]/,
    "the random bytes of a new key",
  );
  assert.equal(jsConstants(source("npm/src/key.js")).RANDOM, Number(random));
});
