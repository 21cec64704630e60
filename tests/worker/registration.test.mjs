import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertHeaders, assertProblem, claimsOf, getMe, logIn, loggedIn, post, signUp } from "../support/requests.mjs";
import { kvWithCachedMiss } from "../support/stores.mjs";
import { alice } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";

const PASSWORD = "quite a few words, all of them mine";
/** 1024 bytes without a repetition. */
const LONGEST = Array.from({ length: 16 }, (_, i) => createHash("sha256").update(String(i)).digest("hex")).join("");
const PHONE = "+442079460123";
const open = { REGISTRATION: "open" };
const person = (username, more) => ({ username, password: PASSWORD, phone: PHONE, ...more });

/** Signs up and returns the response; the sign-up must succeed. */
async function signedUp(worker, user) {
  const response = await signUp(worker, user);
  assert.equal(response.status, 201, await response.clone().text());
  return response.json();
}

test("nobody can sign up unless the operator has enabled registration", async () => {
  for (const vars of [{}, { REGISTRATION: "closed" }]) {
    await withWorker({ vars }, async (worker) => {
      await assertProblem(await signUp(worker, person("erin")), 403, "forbidden");
      await assertProblem(await logIn(worker, "erin", PASSWORD), 401, "credentials_incorrect");
      assert.equal(await worker.kv.get("user:erin"), null);
    });
  }
});

describe("a sign-up", () => {
  let worker;
  before(async () => {
    worker = await startWorker({ users: [alice], vars: open });
  });
  after(() => worker?.stop());

  test("answers with the new user, who can log in at once", async () => {
    const response = await signUp(worker, person("erin"));
    assert.equal(response.status, 201, await response.clone().text());
    assertHeaders(response);
    const user = await response.json();
    assert.deepEqual(user, { id: user.id, username: "erin", phone: PHONE });
    const { token } = await loggedIn(worker, "erin", PASSWORD);
    assert.equal(claimsOf(token).id, user.id);
    assert.deepEqual(await (await getMe(worker, `Bearer ${token}`)).json(), user);
    await assertProblem(await logIn(worker, "erin", `${PASSWORD}.`), 401, "credentials_incorrect");
  });

  test("writes a record with an argon2id hash to KV, and the password nowhere", async () => {
    const { id } = await signedUp(worker, person("frank"));
    const text = await eventually(() => worker.kv.get("user:frank"), "the record is in KV");
    const { hash_password, portcullis, ...record } = JSON.parse(text);
    assert.deepEqual(record, { id, username: "frank", phone: PHONE });
    assert.deepEqual(portcullis, { revision: 1, version: 1 });
    assert.match(hash_password, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22,}\$[\w+/]{43}$/);
    assert.ok(!text.includes(PASSWORD));
  });

  test("stores the name in its normalized form", async () => {
    assert.equal((await signedUp(worker, person("ＧＲÅCE"))).username, "gråce");
    await assertProblem(await signUp(worker, person("gra\u030ace")), 409, "username_taken");
    await loggedIn(worker, "GRÅCE", PASSWORD);
  });

  test("with a taken name is 409 and changes nothing, even if the name is only in KV", async () => {
    const before = await worker.kv.get("user:alice");
    await assertProblem(await signUp(worker, person("Alice")), 409, "username_taken");
    await assertProblem(await logIn(worker, "alice", PASSWORD), 401, "credentials_incorrect");
    assert.equal(await worker.kv.get("user:alice"), before);
    await loggedIn(worker, "alice");
  });

  test("with the same name a hundred times at once creates one user", async () => {
    const passwords = Array.from({ length: 100 }, (_, i) => `${PASSWORD} ${i}`);
    const ask = (password, i) => signUp(worker, person(i % 2 ? "HEIDI" : "heidi", { password }));
    const answers = await Promise.all(passwords.map(ask));
    const made = answers.flatMap(({ status }, i) => (status === 201 ? [i] : []));
    assert.equal(made.length, 1, answers.map(({ status }) => status).join());
    for (const [i, answer] of answers.entries()) if (i !== made[0]) await assertProblem(answer, 409, "username_taken");
    const { id } = await answers[made[0]].json();
    assert.equal(claimsOf((await loggedIn(worker, "heidi", passwords[made[0]])).token).id, id);
    const losers = passwords.filter((_, i) => i !== made[0]).slice(0, 5);
    for (const password of losers)
      await assertProblem(await logIn(worker, "heidi", password), 401, "credentials_incorrect");
  });

  test("gives each user a unique number of at least 2^32 that JavaScript represents exactly", async () => {
    const names = Array.from({ length: 30 }, (_, i) => `number-${i}`);
    const users = await Promise.all(names.map((name) => signedUp(worker, person(name))));
    const ids = users.map(({ id }) => id);
    assert.equal(new Set(ids).size, names.length);
    for (const id of ids) assert.ok(Number.isSafeInteger(id) && id >= 2 ** 32, String(id));
  });

  test("is refused when malformed (400)", async () => {
    const { password, ...rest } = person("ivan");
    const wrong = [
      "",
      "{}",
      "[]",
      rest,
      person("ivan", { admin: true }),
      person("ivan", { id: 1 }),
      person("ivan", { phone: 44 }),
    ];
    wrong.push(person(""), person("a".repeat(81)), person("iv\nan"), person("ivan", { password: 1 }));
    wrong.push(person("ivan", { phone: "4".repeat(41) }), person("ivan", { phone: "+44\n" }));
    for (const body of wrong) await assertProblem(await post(worker, "/users", body), 400, "request_malformed");
    await assertProblem(
      await post(worker, "/users", person("ivan"), { "content-type": "text/plain" }),
      415,
      "media_type_unsupported",
    );
    await signedUp(worker, person("ivan", { password }));
  });

  test("does not require a phone number, and refuses a password over 1024 bytes", async () => {
    assert.equal((await signedUp(worker, person("mia", { phone: undefined }))).phone, "");
    for (const password of ["x7".repeat(513), "é".repeat(513)]) {
      const response = await signUp(worker, person("noah", { password }));
      assert.ok([400, 422].includes(response.status), String(response.status));
      await assertProblem(
        response,
        response.status,
        response.status === 400 ? "request_malformed" : "password_unacceptable",
      );
    }
  });

  test("requires at least 15 characters of any kind by default, and accepts 1024 bytes", async () => {
    for (const password of ["", "short", "fourteen chars", "é".repeat(14)]) {
      const response = await signUp(worker, person("judy", { password }));
      if (password === "") assert.ok([400, 422].includes(response.status));
      else await assertProblem(response, 422, "password_unacceptable");
    }
    await signedUp(worker, person("judy", { password: "qzxjkwvbmpfhgyd" }));
    await signedUp(worker, person("kim", { password: "ẞ é 👩‍👩‍👧‍👦 日本語の長い言葉" }));
    await loggedIn(worker, "kim", "ẞ é 👩‍👩‍👧‍👦 日本語の長い言葉");
    await signedUp(worker, person("long", { password: LONGEST }));
    await assertProblem(await logIn(worker, "long", LONGEST.slice(0, -1)), 401, "credentials_incorrect");
  });
});

test("a common password is refused (422), even if a shorter password is accepted", () =>
  withWorker({ vars: { ...open, PASSWORD_MIN_LENGTH: "8" } }, async (worker) => {
    for (const password of ["password", "12345678", "password1", "iloveyou"]) {
      await assertProblem(await signUp(worker, person("erin", { password })), 422, "password_unacceptable");
    }
    await assertProblem(await signUp(worker, person("erin", { password: "kV7#pq2" })), 422, "password_unacceptable");
    await signedUp(worker, person("erin", { password: "kV7#pq2z" }));
  }));

test("a new user can log in at once, even while KV shows no such user", () =>
  withWorker({ vars: open, bindings: { USERS: kvWithCachedMiss("user:new") } }, async (worker) => {
    await assertProblem(await logIn(worker, "newcomer", PASSWORD), 401, "credentials_incorrect");
    const user = await signedUp(worker, person("newcomer"));
    const { token } = await loggedIn(worker, "newcomer", PASSWORD);
    assert.equal(claimsOf(token).id, user.id);
    await assertProblem(await signUp(worker, person("newcomer")), 409, "username_taken");
    const response = await getMe(worker, `Bearer ${token}`);
    assert.equal(response.status, 200, "and /me knows them");
    assert.deepEqual(await response.json(), user);
  }));

test("numbers continue after a restart of the Worker", async () => {
  const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
  try {
    const first = await withWorker({ vars: open, persist }, (worker) => signedUp(worker, person("one")));
    await withWorker({ vars: open, persist }, async (worker) => {
      assert.ok((await signedUp(worker, person("two"))).id > first.id);
      await assertProblem(await signUp(worker, person("one")), 409, "username_taken");
    });
  } finally {
    rmSync(persist, { recursive: true });
  }
});

test("no new user gets an imported number, however high it is", () =>
  withWorker({ users: [alice], vars: open }, async (worker) => {
    await worker.kv.put(`id:${2 ** 32}`, "alice");
    const { id } = await signedUp(worker, person("nora"));
    assert.equal(id, 2 ** 32 + 1);
  }));
