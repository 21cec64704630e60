// Foreign hashes as users' records: hashes of werkzeug, hashes that werkzeug rejects, and odd strings, tried over HTTP.
// tests/native/vectors/werkzeug.rs tests all of these hashes with all costs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, logIn } from "../support/requests.mjs";
import { SKIPPED, ourVectors, vectors } from "../support/vectors.mjs";
import { startWorker } from "../support/worker.mjs";

const file = vectors("peers", "werkzeug.json");
const skip = file ? false : SKIPPED;

test("werkzeug's hashes are available", { skip }, () => {});

/** The native tests cover these cases without a request for each. */
const MOST_ITERATIONS = 50_000;
const LARGEST_N = 2 ** 14;

const methodOf = ({ hash }) => hash.split("$")[0];

function isCheap(one) {
  const [name, ...numbers] = methodOf(one).split(":");
  if (name === "pbkdf2") return Number(numbers[1]) <= MOST_ITERATIONS;
  return name !== "scrypt" || Number(numbers[0]) <= LARGEST_N;
}

/** The cases of tests/vectors/exceptions.json in which werkzeug and we disagree whether the hash is accepted. */
const exceptions = new Map(
  ourVectors("exceptions.json")
    .filter(({ source }) => source === "peers/werkzeug")
    .map(({ id, ours }) => [id, ours === "accepted"]),
);

function named(id, { hash, password }, says) {
  return { id, hash, password, opens: exceptions.get(id) ?? says === true };
}

const cases = (file?.cases ?? [])
  .map((one, at) => [one, `${at}/${one.werkzeug}/${methodOf(one)}`])
  .filter(([one]) => isCheap(one))
  .map(([one, id]) => named(id, one, one.expect));
const malformed = (file?.malformed ?? []).map((one) =>
  named(`malformed/${one.werkzeug}/${one.label}`, one, one.result),
);
const all = [...cases, ...malformed].map((one, at) => ({ ...one, username: `case-${at}` }));

/** The number of requests at once. */
const TOGETHER = 8;

describe("a hash that someone else wrote", { skip }, () => {
  let worker;
  const outcomes = new Map();
  before(async () => {
    // Each hash has its own user, so that the failures of one hash do not block another.
    const users = all.map(({ username, hash }, at) => ({ id: at + 1, username, hash_password: hash, phone: "" }));
    worker = await startWorker({ users });
    const left = [...all];
    const work = async () => {
      for (let one = left.shift(); one; one = left.shift())
        outcomes.set(one.id, await logIn(worker, one.username, one.password));
    };
    await Promise.all(Array.from({ length: TOGETHER }, work));
  });
  after(() => worker?.stop());

  const judged = (list) => list.map((one) => [one, outcomes.get(one.id)]);
  const refused = async (list) => {
    for (const [{ id }, response] of judged(list)) {
      assert.equal(response.status, 401, id);
      await assertProblem(response, 401, "credentials_incorrect");
    }
  };

  test("is accepted with its password, for every version of werkzeug that wrote it", () => {
    const open = cases.filter(({ opens }) => opens);
    assert.ok(open.length > 100, String(open.length));
    for (const [{ id }, { status }] of judged(open)) assert.equal(status, 200, id);
  });

  test("is refused with another password, and refused if its kind is not supported", async () => {
    const closed = cases.filter(({ opens }) => !opens);
    assert.ok(closed.length > 100, String(closed.length));
    await refused(closed);
  });

  test("is refused without an error if it is malformed", async () => {
    const closed = malformed.filter(({ opens }) => !opens);
    assert.ok(closed.length > 100, String(closed.length));
    await refused(closed);
  });

  test("is accepted even if it is unusual, when a version of werkzeug accepted it", () => {
    const open = malformed.filter(({ opens }) => opens);
    assert.ok(open.length > 0);
    for (const [{ id }, { status }] of judged(open)) assert.equal(status, 200, id);
  });
});
