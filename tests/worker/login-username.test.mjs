import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, getMe, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, alice, user } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const LONGEST = "🦊".repeat(80);

// The stored name, and other spellings of it.
const SAME = {
  alice: ["ALICE", "Alice", "ＡＬＩＣＥ", "ⓐlice"],
  fiona: ["ﬁona", "FIONA"],
  "ångström": ["ÅNGSTRÖM", "\u212bngstro\u0308m", "a\u030angstro\u0308m"],
  "οδυσσεύς": ["ΟΔΥΣΣΕΎΣ", "Οδυσσεύς"],
  "i\u0307stanbul": ["İstanbul"],
  "straße": ["STRAẞE", "Straße"],
  "名前": ["名前"],
  [LONGEST]: [LONGEST],
};

describe("a username", () => {
  let worker;
  before(async () => {
    const users = Object.keys(SAME).map((name, i) => user(i + 1, name, "alice"));
    worker = await startWorker({ users: [...users, user(50, "strasse", "bob")] });
  });
  after(() => worker?.stop());

  test("is the same in each spelling (NFKC, lower case)", async () => {
    for (const [stored, ways] of Object.entries(SAME)) {
      for (const way of ways) {
        const { token } = await loggedIn(worker, way, PASSWORDS.alice);
        const me = await (await getMe(worker, `Bearer ${token}`)).json();
        assert.equal(me.username, stored);
      }
    }
  });

  test("differs from a spelling that only a looser rule would treat as equal", async () => {
    for (const other of [" alice", "alice ", "alicе", "ali\u00adce", "STRASSE", "user:alice", "alice\u200b"]) {
      await assertProblem(await logIn(worker, other, PASSWORDS.alice), 401, "credentials_incorrect");
    }
    await loggedIn(worker, "STRASSE", PASSWORDS.bob);
  });

  test("has 1 to 80 characters after normalization", async () => {
    const attempt = (name) => logIn(worker, name, "x");
    for (const name of ["", "a".repeat(81), `${LONGEST}🦊`, "\ufdfa".repeat(5), "a".repeat(5000)]) {
      await assertProblem(await attempt(name), 400, "request_malformed");
    }
    for (const name of ["a", "a".repeat(80), "\ufdfa".repeat(4), "e\u0301".repeat(80)]) {
      await assertProblem(await attempt(name), 401, "credentials_incorrect");
    }
  });

  test("has no control characters", async () => {
    for (const control of ["\0", "\t", "\n", "\r\n", "\u001b", "\u007f", "\u0085"]) {
      for (const name of [`ali${control}ce`, `alice${control}`, `${control}alice`]) {
        await assertProblem(await logIn(worker, name, PASSWORDS.alice), 400, "request_malformed");
      }
    }
  });

  test("reads no other key of the store", async () => {
    await worker.kv.put("healthz", JSON.stringify({ ...alice, username: "healthz" }));
    await worker.kv.put("user:../alice", JSON.stringify({ ...alice, username: "alice" }));
    for (const name of ["healthz", "../healthz", "../alice", ":alice"]) {
      await assertProblem(await logIn(worker, name, PASSWORDS.alice), 401, "credentials_incorrect");
    }
  });
});
