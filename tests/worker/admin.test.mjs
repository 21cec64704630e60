// Requests of operators about users at /admin.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { admin, administered, operatorToken, sendAdmin, userPath } from "../support/admin.mjs";
import {
  assertHeaders,
  assertProblem,
  claimsOf,
  getMe,
  logIn,
  loggedIn,
  me,
  refresh,
  refreshed,
  signUp,
} from "../support/requests.mjs";
import { HASHES, PASSWORDS, alice, bob, mallory, user, werkzeugHash } from "../support/users.mjs";
import { becomes, eventually } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";

const NEW = "a passphrase of several words";
const digestOf = (hash) => createHash("sha256").update(hash).digest().subarray(0, 16).toString("base64url");

describe("an operator", () => {
  let worker;
  before(async () => {
    const clerk = user(10, "clerk", "alice", { hash_password: werkzeugHash("a clerk's long password") });
    worker = await startWorker({ users: [alice, bob, mallory, clerk], vars: { REGISTRATION: "open" } });
  });
  after(() => worker?.stop());

  const get = (name) => administered(worker, "GET", userPath(name));
  const created = (username, more = {}) =>
    administered(worker, "POST", "/admin/users", { username, hash_password: HASHES.alice, ...more });
  const patch = (name, body) => admin(worker, "PATCH", userPath(name), body);
  const patched = (name, body) => administered(worker, "PATCH", userPath(name), body);
  const removed = (name) => administered(worker, "DELETE", userPath(name));
  const malformed = async (response) => assertProblem(await response, 400, "request_malformed");
  const unknown = async (response) => assertProblem(await response, 404, "user_unknown");
  const logs = (name, password = PASSWORDS.alice) => loggedIn(worker, name, password);
  const cannot = async (name, password = PASSWORDS.alice) =>
    assertProblem(await logIn(worker, name, password), 401, "credentials_incorrect");
  const over = async ({ refresh_token }) => assertProblem(await refresh(worker, refresh_token), 401, "token_incorrect");
  const stored = async (name) => JSON.parse(await worker.kv.get(`user:${name}`));

  describe("GET /admin/users/{username}", () => {
    test("shows an imported user with the state imported, without a version and without the hash", async () => {
      const response = await admin(worker, "GET", userPath("clerk"));
      assertHeaders(response);
      assert.deepEqual(await response.json(), {
        id: 10,
        username: "clerk",
        phone: "+442079460010",
        disabled: false,
        state: "imported",
        hash: { scheme: "pbkdf2:sha256:1000", current: false },
        imported_hash: digestOf((await stored("clerk")).hash_password),
        sessions: [],
      });
    });

    test("shows a user who has logged in with the state active, a version and the sessions", async () => {
      await logs("alice", PASSWORDS.alice);
      const { sessions, ...rest } = await get("alice");
      const { id, username, phone } = alice;
      const hash = { scheme: "argon2id:m=19456,t=2,p=1", current: true };
      assert.deepEqual(rest, {
        id,
        username,
        phone,
        disabled: false,
        state: "active",
        version: 1,
        hash,
        imported_hash: digestOf(alice.hash_password),
      });
      assert.equal(sessions.length, 1);
      assert.deepEqual(Object.keys(sessions[0]), ["id", "began_at", "renewed_at", "client"]);
      assert.deepEqual(Object.keys(sessions[0].client), ["agent", "network"]);
    });

    test("changes nothing", async () => {
      const before = await worker.kv.get("user:mallory");
      assert.equal((await get("mallory")).disabled, true);
      assert.equal((await get("mallory")).state, "imported");
      assert.equal(await worker.kv.get("user:mallory"), before);
    });

    test("accepts a name in any spelling that normalizes to it", async () => {
      assert.equal((await get("ＡLICE")).id, 1);
    });

    test("accepts a name whose characters need escaping in a URL", async () => {
      for (const name of ["..", ".", "a/b", "a?b#c", "ä ö", "~", "💂"]) {
        assert.equal((await created(name)).username, name);
        assert.equal((await get(name)).username, name);
      }
    });

    test("is 404 for an unknown user and 400 for a name that no user can have", async () => {
      await unknown(admin(worker, "GET", userPath("nobody")));
      for (const path of [
        userPath(""),
        "/admin/users/~YQ==",
        "/admin/users/~YR",
        "/admin/users/~a+b",
        "/admin/users/~_w",
        userPath("a\nb"),
        userPath("x".repeat(81)),
      ]) {
        await malformed(admin(worker, "GET", path));
      }
    });

    test("is 503 for a stored value that is not a user record, and the list shows its name separately", async () => {
      await worker.kv.put("user:broken", "{}");
      await assertProblem(await admin(worker, "GET", userPath("broken")), 503, "record_corrupt");
      const { users, corrupt } = await administered(worker, "GET", "/admin/users?prefix=broken");
      assert.deepEqual([users, corrupt], [[], ["broken"]]);
      await worker.kv.delete("user:broken");
    });
  });

  describe("PATCH /admin/users/{username}", () => {
    test("changes the phone and ends no session", async () => {
      await created("phoned");
      const login = await logs("phoned");
      const user = await patched("phoned", { phone: "+44 20" });
      assert.deepEqual([user.phone, user.version, user.sessions.length], ["+44 20", 1, 1]);
      await refreshed(worker, login.refresh_token);
      await eventually(async () => (await stored("phoned")).phone === "+44 20", "the phone is in KV");
    });

    test("changes the password, and the old password and all sessions end at once", async () => {
      await created("reset");
      const login = await logs("reset");
      const user = await patched("reset", { password: NEW });
      assert.deepEqual([user.version, user.sessions.length], [2, 0]);
      assert.ok(user.tokens_valid_from > 0);
      await cannot("reset");
      await over(login);
      await logs("reset", NEW);
      await becomes(401, () => me(worker, login.token));
    });

    test("changes the hash", async () => {
      await created("rehashed");
      assert.equal((await patched("rehashed", { hash_password: HASHES.bob })).version, 2);
      await cannot("rehashed");
      await logs("rehashed", PASSWORDS.bob);
    });

    test("disables a user, which ends the sessions, and enables the user again, who can then log in", async () => {
      await created("paused");
      const login = await logs("paused");
      assert.equal((await patched("paused", { disabled: true })).disabled, true);
      await cannot("paused");
      await over(login);
      const user = await patched("paused", { disabled: false, phone: "1" });
      assert.deepEqual([user.disabled, user.phone], [false, "1"]);
      await logs("paused");
      await over(login);
    });

    test("changes an imported user and keeps unknown members of the record", async () => {
      await worker.kv.put("user:seed", JSON.stringify(user(60, "seed", "alice", { color: "red" })));
      assert.equal((await patched("seed", { disabled: true })).state, "active");
      const record = await eventually(
        async () => ((await stored("seed")).portcullis ? stored("seed") : null),
        "KV has the replica",
      );
      assert.deepEqual([record.color, record.disabled], ["red", true]);
      await cannot("seed");
    });

    test("is 409 for a user whose number was given to another user before", async () => {
      await created("first", { id: 77 });
      await worker.kv.put("user:second", JSON.stringify(user(77, "second", "alice")));
      await assertProblem(await patch("second", { phone: "1" }), 409, "id_taken");
      await removed("second");
    });

    test("sets the hash of an import, whose digest stays until the password is changed here", async () => {
      await created("comes", { imported: true });
      assert.equal((await get("comes")).imported_hash, digestOf(HASHES.alice));
      await logs("comes");
      assert.equal((await get("comes")).imported_hash, digestOf(HASHES.alice), "a login that rehashes is no change");
      await patched("comes", { hash_password: HASHES.bob, imported: true });
      assert.equal((await get("comes")).imported_hash, digestOf(HASHES.bob));
      await patched("comes", { hash_password: HASHES.alice });
      assert.equal((await get("comes")).imported_hash, undefined);
    });

    for (const body of [
      { imported: true },
      { phone: "1", imported: false },
      { password: NEW, imported: true },
      { hash_password: HASHES.bob, imported: 1 },
    ]) {
      test(`rejects an import without a hash: ${JSON.stringify(Object.keys(body))} (400), also when it creates a user`, async () => {
        await malformed(patch("alice", body));
        await malformed(admin(worker, "POST", "/admin/users", { username: "unborn", ...body }));
      });
    }

    for (const body of [
      {},
      { second_factor: "off" },
      { username: "x" },
      { id: 1 },
      { disabled: null },
      { disabled: "true" },
      { phone: null },
      { password: NEW, hash_password: HASHES.bob },
      { hash_password: "x" },
    ]) {
      test(`rejects ${JSON.stringify(body)} (400)`, () => malformed(patch("alice", body)));
    }

    test("rejects a password that the policy rejects (422), and is 404 for an unknown user", async () => {
      await assertProblem(await patch("alice", { password: "short" }), 422, "password_unacceptable");
      await unknown(patch("nobody", { phone: "1" }));
    });

    test("accepts only JSON (415)", async () => {
      const path = userPath("alice");
      const token = await operatorToken(worker, "PATCH", path, "{}");
      await assertProblem(
        await sendAdmin(worker, "PATCH", path, "{}", token, { "content-type": "text/plain" }),
        415,
        "media_type_unsupported",
      );
    });
  });

  test("ends all sessions of a user and keeps the password", async () => {
    await created("signed-out");
    const logins = [await logs("signed-out"), await logs("signed-out")];
    assert.equal(await administered(worker, "POST", userPath("signed-out", "/sign-out")), null);
    for (const login of logins) await over(login);
    await becomes(401, () => me(worker, logins[0].token));
    await logs("signed-out");
    await unknown(admin(worker, "POST", userPath("nobody", "/sign-out")));
  });

  test("ends one session of a user and no other session", async () => {
    await created("two");
    const [one, other] = [await logs("two"), await logs("two")];
    const path = (id) => userPath("two", `/sessions/${id}`);
    assert.equal(await administered(worker, "DELETE", path(claimsOf(one.token).sid)), null);
    await over(one);
    await refreshed(worker, other.refresh_token);
    assert.deepEqual(
      (await get("two")).sessions.map(({ id }) => id),
      [claimsOf(other.token).sid],
    );
    for (const id of [claimsOf(one.token).sid, "A".repeat(22), "x"]) {
      await assertProblem(await admin(worker, "DELETE", path(id)), 404, "session_unknown");
    }
    await unknown(admin(worker, "DELETE", userPath("nobody", `/sessions/${"A".repeat(22)}`)));
  });

  describe("DELETE /admin/users/{username}", () => {
    test("removes a user for good: no login, no session and no seed restores the user, and KV has a tombstone", async () => {
      await created("gone");
      const login = await logs("gone");
      assert.equal(await removed("gone"), null);
      await cannot("gone");
      await over(login);
      await eventually(async () => (await stored("gone")).portcullis?.removed === true, "the tombstone is in KV");
      await worker.kv.put("user:gone", JSON.stringify(user(61, "gone", "alice")));
      await cannot("gone");
      for (const method of ["GET", "DELETE"]) await unknown(admin(worker, method, userPath("gone")));
      await assertProblem(await signUp(worker, { username: "gone", password: NEW, phone: "" }), 409, "username_taken");
    });

    test("lets only an operator give the name again, with a new number and no data of the old user", async () => {
      const old = await created("again", { phone: "1" });
      const login = await logs("again");
      await removed("again");
      const user = await created("again", { hash_password: HASHES.bob });
      assert.ok(user.id > old.id && user.version > old.version, "a new number, a higher version");
      assert.equal(user.phone, "");
      await over(login);
      await cannot("again");
      const { token } = await logs("again", PASSWORDS.bob);
      await becomes(401, () => me(worker, login.token));
      assert.equal((await (await getMe(worker, `Bearer ${token}`)).json()).id, user.id);
    });

    test("removes a user who was only imported", async () => {
      await worker.kv.put("user:seed-2", JSON.stringify(user(62, "seed-2", "alice")));
      await removed("seed-2");
      await cannot("seed-2");
    });
  });

  describe("DELETE /admin/users/{username} of a value that is not a user record", () => {
    const texts = {
      "another type": (id, name) => JSON.stringify({ id, username: name, hash_password: 5 }),
      "cut after the number": (id) => `{"username":"x","id" : ${id}, "hash_pass`,
      "cut inside the number": (id) => `{"id":${String(id).slice(0, 1)}`,
      "no number": () => "<html>502</html>",
    };
    Object.entries(texts).forEach(([what, text], i) => {
      test(`removes the number's key as well, so that the user can be imported again (${what})`, async () => {
        const id = 700 + i;
        const name = `corrupt-${i}`;
        const others = { "id:1": "alice", "id:7": "clerk" };
        for (const [key, value] of Object.entries({
          ...others,
          [`id:${id}`]: name,
          [`user:${name}`]: text(id, name),
        })) {
          await worker.kv.put(key, value);
        }
        assert.equal(await removed(name), null);
        for (const key of [`user:${name}`, `id:${id}`]) assert.equal(await worker.kv.get(key), null, key);
        for (const [key, value] of Object.entries(others)) assert.equal(await worker.kv.get(key), value, key);
        await unknown(admin(worker, "DELETE", userPath(name)));
        await worker.kv.put(`user:${name}`, JSON.stringify(user(id, name, "alice")));
        assert.equal(claimsOf((await logs(name)).token).id, id);
      });
    });

    test("works when the number has no key", async () => {
      await worker.kv.put("user:corrupt-alone", "{}");
      assert.equal(await removed("corrupt-alone"), null);
      assert.equal(await worker.kv.get("user:corrupt-alone"), null);
    });

    test("removes the user for good when the user's object has the record", async () => {
      const { id } = await created("overwritten");
      await worker.kv.put("user:overwritten", "{}");
      await removed("overwritten");
      await cannot("overwritten");
      await eventually(async () => (await stored("overwritten")).id === id, "the tombstone is in KV");
    });
  });

  describe("POST /admin/users/{username}/rename", () => {
    const rename = (from, username) => admin(worker, "POST", userPath(from, "/rename"), { username });

    test("keeps number, phone and password, and ends the sessions", async () => {
      const old = await created("before", { phone: "1" });
      const login = await logs("before");
      const response = await rename("before", "After");
      assert.equal(response.status, 200, await response.clone().text());
      const user = await response.json();
      assert.deepEqual([user.id, user.username, user.phone, user.sessions], [old.id, "after", "1", []]);
      await over(login);
      await cannot("before");
      assert.equal(claimsOf((await logs("after")).token).id, old.id);
      await unknown(admin(worker, "GET", userPath("before")));
      assert.equal((await get("after")).id, old.id);
    });

    test("renames a user who was only imported", async () => {
      await worker.kv.put("user:seed-3", JSON.stringify(user(63, "seed-3", "alice")));
      assert.equal((await (await rename("seed-3", "seed-4")).json()).id, 63);
      await logs("seed-4");
      await cannot("seed-3");
    });

    test("rejects a taken name (409), also of an imported user, and a name that nobody may choose (400)", async () => {
      await created("stays");
      for (const name of ["alice", "mallory", "stays"])
        await assertProblem(await rename("stays", name), 409, "username_taken");
      for (const name of ["", " padded", "a\u200bb", 7]) await malformed(rename("stays", name));
      await malformed(admin(worker, "POST", userPath("stays", "/rename"), {}));
      await logs("stays");
    });

    test("is 404 for an unknown user", () => unknown(rename("nobody", "somebody")));
  });

  test("HEAD has the status and headers of GET and no body", async () => {
    const response = await admin(worker, "HEAD", userPath("alice"));
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
  });
});
