// The numbers that must be equal in the Worker's Rust code, its entry.js and the scripts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsConstants, only, rustConstants, source } from "../support/rust-numbers.mjs";

const text = source("crates/worker/js/entry.js");
const js = jsConstants(text);
const exchange = source("crates/worker/src/exchange.rs");

/** The constants of entry.js after a comment, up to the next comment or empty line. */
const group = (comment) => jsConstants(only(text, `// ${comment}[^\\n]*\\n((?:const [^\\n]*\\n)+)`, comment)[0]);

test("every outcome of an exchange has the same number in exchange.rs and entry.js", () => {
  const [outcomes] = only(exchange, /mod outcome \{([^}]*)\}/, "the outcomes");
  const numbers = rustConstants(outcomes);
  assert.ok(Object.keys(numbers).length >= 7);
  assert.deepEqual(group("As in crates/worker/src/exchange.rs."), numbers);
});

test("every event of an exchange has the same number in fast.rs and entry.js", () => {
  const events = [...source("crates/worker/src/fast.rs").matchAll(/(\d+) => Self::(\w+)/g)];
  const numbers = Object.fromEntries(events.map(([, number, name]) => [name.toUpperCase(), Number(number)]));
  assert.ok(Object.keys(numbers).length >= 6);
  assert.deepEqual(group("As in crates/worker/src/fast.rs."), numbers);
});

test("entry.js reads as many numbers of an exchange as exchange.rs writes", () => {
  const [count] = only(
    text,
    /new Uint32Array\(memory\.buffer, rust\.exchange_facts\(\), (\d+)\)/,
    "the exchange's numbers",
  );
  assert.equal(Number(count), rustConstants(exchange).FACTS);
});

test("entry.js waits for the users' store as long as the async routes do", () => {
  const [seconds] = only(source("crates/worker/src/timeout.rs"), /Duration::from_secs\((\d+)\)/, "the time limit");
  assert.equal(js.TIMEOUT, Number(seconds) * 1000);
});

test("entry.js keeps a body for a second attempt up to the length that body.rs reads", () => {
  assert.equal(js.LONGEST_BODY, rustConstants(source("crates/worker/src/body.rs")).MAX_LENGTH);
});

test("the first user of `npm start` has the first number that the Worker gives", () => {
  const [first] = only(source("scripts/lib/local.mjs"), /const FIRST_USER_ID = "(\d+)";/, "the first user's number");
  assert.equal(Number(first), rustConstants(source("src/account/object/ids.rs")).FIRST_COUNTED_ID);
});
