// Others' hashes as users' records: what werkzeug wrote, what it refused, and odd strings, tried over HTTP.
// All of them and all costs are in tests/native/vectors/werkzeug.rs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, logIn } from "../support/requests.mjs";
import { SKIPPED, ourVectors, vectors } from "../support/vectors.mjs";
import { startWorker } from "../support/worker.mjs";

const file = vectors("peers", "werkzeug.json");
const skip = file ? false : SKIPPED;

test("werkzeug's hashes are here", { skip }, () => {});

/** Left to the native tests, which need no request for each. */
const MOST_ITERATIONS = 50_000;
const LARGEST_N = 2 ** 14;

const methodOf = ({ hash }) => hash.split("$")[0];

function isCheap(one) {
  const [name, ...numbers] = methodOf(one).split(":");
  if (name === "pbkdf2") return Number(numbers[1]) <= MOST_ITERATIONS;
  return name !== "scrypt" || Number(numbers[0]) <= LARGEST_N;
}

/** Those of tests/vectors/exceptions.json that open although werkzeug refuses them, or the other way round. */
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

/** So many at once. */
const TOGETHER = 8;

describe("a hash that someone else wrote", { skip }, () => {
  let worker;
  const outcomes = new Map();
  before(async () => {
    // Each its own user, so that none is turned away for the failures of another.
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

  test("opens with its password, whatever version of werkzeug wrote it", () => {
    const open = cases.filter(({ opens }) => opens);
    assert.ok(open.length > 100, String(open.length));
    for (const [{ id }, { status }] of judged(open)) assert.equal(status, 200, id);
  });

  test("is a login that is refused with another password, or as a kind that is not taken", async () => {
    const closed = cases.filter(({ opens }) => !opens);
    assert.ok(closed.length > 100, String(closed.length));
    await refused(closed);
  });

  test("is a login that is refused, and no error, where it is malformed", async () => {
    const closed = malformed.filter(({ opens }) => !opens);
    assert.ok(closed.length > 100, String(closed.length));
    await refused(closed);
  });

  test("opens, odd as it is, where a version of werkzeug would have let it in", () => {
    const open = malformed.filter(({ opens }) => opens);
    assert.ok(open.length > 0);
    for (const [{ id }, { status }] of judged(open)) assert.equal(status, 200, id);
  });
});
