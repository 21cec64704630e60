import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { assertProblem, getMe, logIn, loggedIn } from "../support/requests.mjs";
import { kvReadOnly } from "../support/stores.mjs";
import { HASHES, PASSWORDS, alice, user, werkzeugHash } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";

const PASSWORD = "correct horse";

/** Hashes of this password that werkzeug itself wrote, from its first format to the current one. */
const KNOWN = {
  "pbkdf2-150000": "pbkdf2:sha256:150000$abcdefgh$dd97a7ee1b632d42d50cb5bdf8cd2341fec3035e1b589654fe5734f6a5ae0204",
  "pbkdf2-260000":
    "pbkdf2:sha256:260000$abcdefghijklmnop$2e28efc23df05f3696d525a59eef7d0e2897ead43152dedc07d94f6c09f910ec",
  "pbkdf2-600000":
    "pbkdf2:sha256:600000$abcdefghijklmnop$0d1a4641f1a9aad40c6e7dc993181b8ac3db35a661fe79bae81fe32cf3306dce",
  "pbkdf2-sha1": "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558",
  "scrypt":
    "scrypt:32768:8:1$abcdefghijklmnop$81b59dde9d092f718dfb03433d8da9c3665fd3041418559f01d92623eda9e66a" +
    "6205e9230bf16318717746682357b4a1774d75dde137aea408fcfb874e777296",
  "scrypt-small":
    "scrypt:1024:8:1$abcdefghijklmnop$830444a8d7134ea2f83f355be7a0331de3180cef130f6251e5d5f107cef1c824" +
    "6a75fd75f3504b99e17e06c8a371500855e79449c19707b341fca05ecde9c382",
  "salted-sha256": "sha256$abcdefgh$d897043995e35ed9dbb0d7fd6f8eeeed727b7ab09d1352cb9909cfa6a7a706c5",
  "salted-sha1": "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8",
  "plain-sha256": "sha256$$4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631",
};

const record = (id, username, hash_password) => ({
  id,
  username,
  hash_password,
  phone: "+442079460001",
  department: { name: "R&D", since: 1999 },
});
const stored = async (worker, name) => JSON.parse(await worker.kv.get(`user:${name}`));

describe("a password that werkzeug hashed", () => {
  let worker;
  before(async () => {
    const users = Object.entries(KNOWN).map(([name, hash], i) => record(i + 1, name, hash));
    worker = await startWorker({ users });
  });
  after(() => worker?.stop());

  for (const [name, hash] of Object.entries(KNOWN)) {
    test(`is accepted and becomes an argon2id hash (${name})`, async () => {
      for (const wrong of ["correct horsf", `${PASSWORD} `, ""])
        assert.notEqual((await logIn(worker, name, wrong)).status, 200);
      const before = await stored(worker, name);
      assert.equal(before.hash_password, hash, "a wrong password changes nothing");
      const { token } = await loggedIn(worker, name, PASSWORD);
      const after = await eventually(async () => {
        const after = await stored(worker, name);
        return after.hash_password !== hash && after;
      }, "the new hash is in KV");
      assert.match(after.hash_password, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
      const { portcullis, imported_hash, ...rest } = after;
      assert.deepEqual({ ...rest, hash_password: "" }, { ...before, hash_password: "" }, "the rest is as it was");
      assert.equal(portcullis.version, 1);
      await loggedIn(worker, name, PASSWORD);
      await assertProblem(await logIn(worker, name, "correct horsf"), 401, "credentials_incorrect");
      assert.equal((await getMe(worker, `Bearer ${token}`)).status, 200, "and the first login's token stands");
    });
  }
});

test("the first login raises an argon2id hash below the current cost to the current cost", () =>
  withWorker({ users: [user(1, "cheap", "otherCost")] }, async (worker) => {
    await loggedIn(worker, "cheap", PASSWORDS.otherCost);
    const { hash_password } = await eventually(async () => {
      const after = await stored(worker, "cheap");
      return after.hash_password !== HASHES.otherCost && after;
    }, "the new hash is in KV");
    assert.match(hash_password, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await loggedIn(worker, "cheap", PASSWORDS.otherCost);
  }));

test("a login leaves a hash at the current cost unchanged", () =>
  withWorker({ users: [alice] }, async (worker) => {
    await loggedIn(worker, "alice");
    const adopted = await worker.kv.get("user:alice");
    assert.equal(JSON.parse(adopted).hash_password, HASHES.alice);
    await loggedIn(worker, "alice");
    assert.equal(await worker.kv.get("user:alice"), adopted);
  }));

test("several first logins at once all succeed, and the record is rehashed", () =>
  withWorker({ users: [record(1, "busy", werkzeugHash(PASSWORD))] }, async (worker) => {
    await Promise.all(Array.from({ length: 8 }, () => loggedIn(worker, "busy", PASSWORD)));
    await eventually(
      async () => (await stored(worker, "busy")).hash_password.startsWith("$argon2id$"),
      "the new hash is in KV",
    );
    await loggedIn(worker, "busy", PASSWORD);
  }));

test("a login succeeds even if the new hash cannot be written", () =>
  withWorker(
    { users: [record(1, "readonly", werkzeugHash(PASSWORD))], bindings: { USERS: kvReadOnly } },
    async (worker) => {
      for (let round = 0; round < 3; round++) await loggedIn(worker, "readonly", PASSWORD);
      await assertProblem(await logIn(worker, "readonly", "wrong"), 401, "credentials_incorrect");
    },
  ));

test("a hash that werkzeug would not have written or that is too expensive is a refused login, and is refused soon", () =>
  withWorker({}, async (worker) => {
    const [method, salt, hex] = werkzeugHash(PASSWORD).split("$");
    const wrong = [
      "",
      "$",
      "$$",
      `plain$$${PASSWORD}`,
      PASSWORD,
      `${method}$${salt}$`,
      `${method}$${salt}$${hex.slice(0, -2)}`,
      `${method}$${salt}$${hex.toUpperCase()}`,
      `${method}$${salt}$${hex}\n`,
      `pbkdf2:sha256:0$${salt}$${hex}`,
      `pbkdf2:sha256:-1$${salt}$${hex}`,
      `pbkdf2:sha256:1e3$${salt}$${hex}`,
      `pbkdf2:sha256:4000000000$${salt}$${hex}`,
      `pbkdf2:sha256:99999999999999999999$${salt}$${hex}`,
      `scrypt:1073741824:8:1$${salt}$${hex}${hex}`,
      `scrypt:32768:4000000:1$${salt}$${hex}${hex}`,
      `scrypt:32768:8:4000000$${salt}$${hex}${hex}`,
      `scrypt:0:0:0$${salt}$${hex}${hex}`,
      `scrypt:1000:8:1$${salt}$${hex}${hex}`,
      `rot13$${salt}$${hex}`,
      KNOWN.scrypt.slice(0, 120),
    ];
    for (const [i, hash] of wrong.entries()) {
      await worker.kv.put("user:odd" + i, JSON.stringify(user(i, "odd" + i, "alice", { hash_password: hash })));
      const since = performance.now();
      await assertProblem(await logIn(worker, "odd" + i, PASSWORD), 401, "credentials_incorrect");
      assert.ok(performance.now() - since < 3000, hash);
    }
    await worker.kv.put("user:right", JSON.stringify(record(99, "right", werkzeugHash(PASSWORD))));
    await loggedIn(worker, "right", PASSWORD);
  }));
