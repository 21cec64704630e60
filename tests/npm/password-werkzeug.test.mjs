// Hashes of werkzeug and odd strings: portcullis/password gives the same result for each as the Worker
// (tests/worker/werkzeug-malformed.test.mjs) and the native tests, which include the expensive hashes.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PasswordError, needsRehash, verifyPassword } from "portcullis/password";
import { SKIPPED, ourVectors, vectors } from "../support/vectors.mjs";

const file = vectors("peers", "werkzeug.json");
const skip = file ? false : SKIPPED;

const MOST_ITERATIONS = 50_000;
const LARGEST_N = 2 ** 14;

const methodOf = (hash) => hash.split("$")[0];

function isCheap({ hash }) {
  const [name, ...numbers] = methodOf(hash).split(":");
  if (name === "pbkdf2") return Number(numbers[1]) <= MOST_ITERATIONS;
  return name !== "scrypt" || Number(numbers[0]) <= LARGEST_N;
}

/** The hashes for which werkzeug and we disagree. */
const exceptions = new Map(
  ourVectors("exceptions.json")
    .filter(({ source }) => source === "peers/werkzeug")
    .map(({ id, ours }) => [id, ours === "accepted"]),
);

function answer(password, hash) {
  try {
    return verifyPassword(password, hash);
  } catch (error) {
    if (!(error instanceof PasswordError)) throw error;
    return error.code;
  }
}

describe("a hash that someone else wrote", { skip }, () => {
  test("verifies only its own password", () => {
    const cases = file.cases
      .map((one, at) => ({ ...one, id: `${at}/${one.werkzeug}/${methodOf(one.hash)}` }))
      .filter(isCheap);
    const wrong = cases.filter(
      ({ id, hash, password, expect }) => (answer(password, hash) === true) !== (exceptions.get(id) ?? expect),
    );
    assert.deepEqual(
      wrong.map(({ id }) => id),
      [],
    );
    assert.ok(cases.length > 150, `${cases.length} cases`);
    // A password in plain text is not a hash.
    assert.deepEqual(
      cases.filter(({ hash }) => !hash.startsWith("plain$") && needsRehash(hash) !== true),
      [],
    );
  });

  test("verifies no password if it is malformed, and is an error if it is not a hash", () => {
    const outcomes = file.malformed.map(({ werkzeug, label, hash, password, result }) => {
      const opens = exceptions.get(`malformed/${werkzeug}/${label}`) ?? result === true;
      return { label: `${werkzeug}/${label}`, opens, ours: answer(password, hash) };
    });
    assert.deepEqual(
      outcomes.filter(({ opens, ours }) => (ours === true) !== opens),
      [],
    );
    assert.deepEqual(
      outcomes.filter(({ ours }) => ![true, false, "hash_not_usable"].includes(ours)),
      [],
    );
    assert.ok(outcomes.some(({ ours }) => ours === "hash_not_usable"));
  });
});
