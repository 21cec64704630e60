import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { foreignToken, getMe, logIn, loggedIn, now, postLogin } from "../support/requests.mjs";
import { HASHES, PASSWORDS, alice, mallory } from "../support/users.mjs";
import { SECRET_KEY, startWorker } from "../support/worker.mjs";

// Texts that the log cannot contain by chance.
const NAME = "Zaphod.Beeblebrox";
const PASSWORD = "vogon poetry, third worst";
const FORGED = `eyJhbGciOiJIUzUxMiJ9.${Buffer.from('{"sub":"zaphod"}').toString("base64url")}.${"A".repeat(86)}`;

describe("the log", () => {
  let worker, secrets;
  before(async () => {
    worker = await startWorker({ users: [alice, mallory] });
    const { token } = await loggedIn(worker, "alice");
    const overdue = await foreignToken(worker, { iat: 1, exp: now() - 5 });
    assert.equal((await getMe(worker, `Bearer ${token}`)).status, 200);
    for (const header of [overdue, FORGED, PASSWORD])
      assert.equal((await getMe(worker, `Bearer ${header}`)).status, 401);
    await logIn(worker, "alice", PASSWORD);
    await logIn(worker, NAME, PASSWORD);
    await logIn(worker, "mallory", PASSWORDS.mallory);
    await logIn(worker, `${NAME}\r\n{"event":"decision","outcome":"admitted"}`, PASSWORD);
    await postLogin(worker, `{"username":"${NAME}","password":"${PASSWORD}","${NAME}":1}`);
    await postLogin(worker, `${PASSWORD} is not JSON`);
    await fetch(`${worker.url}/${NAME}?token=${token}`, { headers: { "user-agent": NAME } });
    await worker.kv.put("user:broken", `{"hash_password":"${HASHES.alice}",`);
    await logIn(worker, "broken", PASSWORD);
    secrets = [token, ...token.split("."), overdue.split(".")[2], FORGED.split(".")[1], NAME, NAME.toLowerCase()];
    secrets.push(
      PASSWORD,
      PASSWORDS.alice,
      PASSWORDS.mallory,
      HASHES.alice,
      HASHES.alice.slice(31),
      SECRET_KEY,
      alice.phone,
    );
    // The line of the last decision is there, so all earlier lines are there.
    await worker.logged(({ message }) => message.includes("record_corrupt"));
  });
  after(() => worker?.stop());

  test("has one JSON object on each line, without a line break in it", () => {
    for (const { message } of worker.logs) {
      assert.doesNotMatch(message, /[\r\n]/);
      const line = JSON.parse(message);
      assert.ok(line !== null && typeof line === "object" && !Array.isArray(line), message);
    }
  });

  test("has no input of a client, no token, no hash and no secret", () => {
    const all = worker.logs.map(({ message }) => message).join("\n");
    for (const secret of secrets) assert.ok(!all.includes(secret), `the log has ${secret}`);
  });

  test("has each decision about a login with its outcome and reason", () => {
    const lines = worker.logs.map(({ message }) => JSON.parse(message)).filter(({ route }) => route === "login");
    const reasons = lines.map(({ status, reason }) => `${status} ${reason}`);
    const first = ["200 password_right", "401 password_wrong", "401 user_unknown", "401 user_disabled"];
    assert.deepEqual(
      reasons.filter((reason) => /^(200|401)/.test(reason)),
      [...first, "401 record_corrupt"],
    );
  });

  test("has each refusal of a token with its reason", () => {
    const lines = worker.logs.map(({ message }) => JSON.parse(message)).filter(({ route }) => route === "me");
    const refused = lines.filter(({ status }) => status === 401).map(({ reason }) => reason);
    assert.deepEqual(refused, ["token_expired", "token_signature_invalid", "token_malformed"]);
  });
});
