import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, logIn } from "../support/requests.mjs";
import { HASHES, PASSWORDS, alice, bob, mallory, user } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const tooMuch = HASHES.alice.replace("m=19456,t=2,p=1", "m=4194304,t=100,p=1");

// The stored record, and the password that is tried: the user's own password where there is one.
const CASES = {
  "a wrong password": ["alice", "not the password"],
  "an unknown user": ["nobody", PASSWORDS.alice],
  "a disabled user's right password": ["mallory", PASSWORDS.mallory],
  "a disabled user's wrong password": ["mallory", "not the password"],
  "a record that is not JSON": ["not-json", PASSWORDS.alice],
  "an empty record": ["empty", PASSWORDS.alice],
  "a record that is an array": ["array", PASSWORDS.alice],
  "a record without a hash": ["no-hash", PASSWORDS.alice],
  "a record whose hash is not a string": ["number-hash", PASSWORDS.alice],
  "a record without an id": ["no-id", PASSWORDS.alice],
  "a record with a fraction as its id": ["odd-id", PASSWORDS.alice],
  "a record with two hashes": ["two-hashes", PASSWORDS.alice],
  "a record whose disabled is not a boolean": ["odd-disabled", PASSWORDS.alice],
  "another user's record": ["impostor", PASSWORDS.bob],
  "a hash that is empty": ["empty-hash", ""],
  "a hash that is cut short": ["cut-hash", PASSWORDS.alice],
  "a hash of another kind": ["argon2i-hash", PASSWORDS.alice],
  "a password in clear in place of a hash": ["clear-hash", PASSWORDS.alice],
  "a hash that would cost absurdly much": ["too-much", PASSWORDS.alice],
};

describe("a login that is refused", () => {
  let worker;
  before(async () => {
    worker = await startWorker({
      users: [
        alice,
        bob,
        mallory,
        user(20, "no-hash", "alice", { hash_password: undefined }),
        user(21, "number-hash", "alice", { hash_password: 12 }),
        user(undefined, "no-id", "alice"),
        user(1.5, "odd-id", "alice"),
        user(22, "odd-disabled", "alice", { disabled: "no" }),
        user(23, "empty-hash", "alice", { hash_password: "" }),
        user(24, "cut-hash", "alice", { hash_password: HASHES.alice.slice(0, 60) }),
        user(25, "argon2i-hash", "alice", { hash_password: HASHES.alice.replace("argon2id", "argon2i") }),
        user(26, "clear-hash", "alice", { hash_password: PASSWORDS.alice }),
        user(27, "too-much", "alice", { hash_password: tooMuch }),
      ],
    });
    const two = JSON.stringify(user(28, "two-hashes", "bob"));
    await worker.kv.put("user:two-hashes", two.replace("{", `{"hash_password":"${HASHES.alice}",`));
    await worker.kv.put("user:impostor", JSON.stringify(bob));
    await worker.kv.put("user:not-json", "not JSON");
    await worker.kv.put("user:empty", "");
    await worker.kv.put("user:array", JSON.stringify([alice]));
  });
  after(() => worker?.stop());

  test("gets the same response, whatever the reason", async () => {
    const plain = (response, text) => ({
      status: response.status,
      headers: [...response.headers].filter(([name]) => !["date", "cf-ray"].includes(name)),
      text,
    });
    let first;
    for (const [reason, [username, password]] of Object.entries(CASES)) {
      const response = await logIn(worker, username, password);
      const text = await response.clone().text();
      await assertProblem(response, 401, "credentials_incorrect");
      first ??= plain(response, text);
      assert.deepEqual(plain(response, text), first, reason);
    }
    assert.match(JSON.parse(first.text).detail, /username or password/);
  });

  test("has a challenge, like every 401", async () => {
    assert.ok((await logIn(worker, "nobody", "x")).headers.get("www-authenticate"));
  });

  test("does not lock the user out", async () => {
    assert.equal((await logIn(worker, "alice", "wrong")).status, 401);
    assert.equal((await logIn(worker, "alice", PASSWORDS.alice)).status, 200);
  });
});
