import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, user } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

describe("a password counts with its exact bytes", () => {
  let worker;
  before(async () => {
    const names = ["alice", "spaces", "composed", "decomposed", "long", "longest", "odd"];
    worker = await startWorker({ users: names.map((name, i) => user(i + 1, name, name)) });
  });
  after(() => worker?.stop());

  const refused = async (username, password) =>
    assertProblem(await logIn(worker, username, password), 401, "credentials_incorrect");

  test("and white space at its ends is not trimmed", async () => {
    await loggedIn(worker, "spaces");
    await refused("spaces", PASSWORDS.spaces.trim());
    await refused("spaces", PASSWORDS.spaces.trimEnd());
    await refused("alice", `${PASSWORDS.alice} `);
    await refused("alice", ` ${PASSWORDS.alice}`);
    await refused("alice", `${PASSWORDS.alice}\n`);
  });

  test("and upper and lower case differ", () => refused("alice", PASSWORDS.alice.toUpperCase()));

  test("and it is not normalized: composed and decomposed letters differ", async () => {
    assert.notEqual(PASSWORDS.composed, PASSWORDS.decomposed);
    await loggedIn(worker, "composed");
    await loggedIn(worker, "decomposed");
    await refused("composed", PASSWORDS.decomposed);
    await refused("decomposed", PASSWORDS.composed);
  });

  test("and far more than 64 characters are accepted, and the last one counts", async () => {
    await loggedIn(worker, "long");
    await refused("long", PASSWORDS.long.slice(0, 72));
    await refused("long", PASSWORDS.long.slice(0, -1));
  });

  test("and it may contain any character, such as NUL, and the text after NUL counts", async () => {
    await loggedIn(worker, "odd");
    await refused("odd", PASSWORDS.odd.split("\0")[0]);
  });

  test("and it has at most 1024 bytes", async () => {
    await loggedIn(worker, "longest");
    for (const tooLong of ["x".repeat(1025), "é".repeat(513)]) {
      await assertProblem(await logIn(worker, "longest", tooLong), 400, "request_malformed");
    }
    await refused("longest", "é".repeat(512));
  });

  test("and an empty password is refused", async () => {
    assert.ok([400, 401].includes((await logIn(worker, "alice", "")).status));
  });
});
