import assert from "node:assert/strict";
import { test } from "node:test";
import { only, source } from "../support/rust-numbers.mjs";

test("the page and the core have the same definition of an invisible character", () => {
  const [pattern] = only(source("www/lib/words.js"), /const UNSEEN = \/(.*)\/u;/, "the page's invisible characters");
  const unseen = new RegExp(pattern, "u");
  const rust = source("src/encoding/invisible.rs");
  const ranges = [...rust.matchAll(/'\\u\{(\w+)\}'(?:\.\.='\\u\{(\w+)\}')?/g)].map(([, first, last = first]) =>
    [first, last].map((code) => parseInt(code, 16)),
  );
  assert.ok(ranges.length > 15);
  assert.ok(rust.includes("c.is_control()"));
  const isInvisible = (code) =>
    /\p{Cc}/u.test(String.fromCodePoint(code)) || ranges.some(([first, last]) => first <= code && code <= last);
  const different = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (isInvisible(code) !== unseen.test(String.fromCodePoint(code))) different.push(code.toString(16));
  }
  assert.deepEqual(different, []);
});
