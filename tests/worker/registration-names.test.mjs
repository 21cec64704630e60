// Names that look like another name, or are invisible.

import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, getMe, loggedIn, signUp } from "../support/requests.mjs";
import { PASSWORDS, alice, user } from "../support/users.mjs";
import { withWorker } from "../support/worker.mjs";

const PASSWORD = "quite a few words, all of them mine";
const HIDDEN = {
  "a zero width space": "alice\u200b",
  "a zero width joiner": "al\u200dice",
  "a right-to-left override": "alice\u202e",
  "a byte order mark": "\ufeffalice",
  "a soft hyphen": "ali\u00adce",
  "a Hangul filler": "alice\u3164",
  "a tag": "alice\u{e0061}",
  "a blank Braille pattern": "\u2800",
  "a space before": " alice",
  "a space behind": "alice ",
  "a space alone": " ",
  "an em space behind": "alice\u2003",
  "a line separator": "ali\u2028ce",
};

test("nobody can sign up with a name that has an invisible part", () =>
  withWorker({ users: [alice], vars: { REGISTRATION: "open" } }, async (worker) => {
    for (const [what, username] of Object.entries(HIDDEN)) {
      const response = await signUp(worker, { username, password: PASSWORD, phone: "" });
      assert.equal(response.status, 400, what);
      await assertProblem(response, 400, "request_malformed");
    }
    const { keys } = await worker.kv.list({ prefix: "user:" });
    assert.deepEqual(
      keys.map(({ name }) => name),
      ["user:alice"],
    );
    const seen = await signUp(worker, { username: "alice b. 名前", password: PASSWORD, phone: "" });
    assert.equal(seen.status, 201, await seen.text());
  }));

test("a user who already has such a name can log in", () => {
  const names = Object.values(HIDDEN).map((name) => name.normalize("NFKC"));
  return withWorker({ users: [...new Set(names)].map((name, i) => user(i + 1, name, "alice")) }, async (worker) => {
    for (const [what, username] of Object.entries(HIDDEN)) {
      const { token } = await loggedIn(worker, username, PASSWORDS.alice);
      const me = await (await getMe(worker, `Bearer ${token}`)).json();
      assert.equal(me.username, username.normalize("NFKC"), what);
    }
  });
});
