import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, describe, test } from "node:test";
import { assertProblem, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, user } from "../support/users.mjs";
import { from, startWorker, withWorker } from "../support/worker.mjs";

const RIGHT = PASSWORDS.alice;
const MONTH = 30 * 24 * 3600;

// Each test has accounts of its own; all accounts have the same password.
const NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const users = NAMES.map((name, i) => user(i + 1, name, "alice"));

const times = async (count, ask) => {
  for (let i = 0; i < count; i++) await ask(i);
};

describe("failed logins", () => {
  let worker;
  before(async () => {
    // The account's limit is lower than the default, so that the test needs fewer hashes to reach it.
    worker = await startWorker({ users, vars: { LOGIN_ATTEMPTS_ACCOUNT: "25" }, clock: true });
  });
  afterEach(() => worker.clock.ahead(0));
  after(() => worker?.stop());

  const attempt = (name, password, address) => logIn(worker, name, password, from(address));
  const fails = async (name, address) => {
    await assertProblem(await attempt(name, "wrong", address), 401, "credentials_incorrect");
  };
  const works = async (name, address) => {
    const response = await attempt(name, RIGHT, address);
    assert.equal(response.status, 200, await response.text());
  };
  const blocked = async (name, address, password = RIGHT) => {
    const response = await attempt(name, password, address);
    const seconds = response.headers.get("retry-after");
    const problem = await assertProblem(response, 429, "too_many_attempts");
    assert.match(seconds, /^[1-9]\d*$/);
    return { problem, seconds: Number(seconds) };
  };

  test("for one account from one address are limited to ten; then the Worker answers 429 with Retry-After, also to the right password", async () => {
    await times(10, (i) => fails(i % 2 ? "one" : "ONE", "198.51.100.1"));
    const { seconds } = await blocked("one", "198.51.100.1");
    assert.ok(seconds > 800 && seconds <= 900, String(seconds));
    await blocked("ｏｎｅ", "198.51.100.1", "wrong");
  });

  test("do not block that account elsewhere or another account at that address", async () => {
    await works("one", "198.51.100.2");
    await works("two", "198.51.100.1");
  });

  test("for an unknown account count and get the same responses as for a known account", async () => {
    await times(10, () => fails("nobody", "198.51.100.1"));
    const unknown = await blocked("nobody", "198.51.100.1");
    const known = await blocked("one", "198.51.100.1");
    assert.deepEqual(unknown.problem, known.problem);
    await fails("nobody", "198.51.100.2");
  });

  test("are forgotten when the window is over, and refused attempts do not extend the window", async () => {
    await times(10, () => fails("three", "198.51.100.1"));
    await worker.clock.ahead(600);
    const { seconds } = await blocked("three", "198.51.100.1");
    assert.ok(seconds <= 300, String(seconds));
    await worker.clock.ahead(905);
    await works("three", "198.51.100.1");
  });

  test("are forgotten one by one, because the window slides", async () => {
    await times(5, () => fails("four", "198.51.100.1"));
    await worker.clock.ahead(600);
    await times(5, () => fails("four", "198.51.100.1"));
    await blocked("four", "198.51.100.1");
    await worker.clock.ahead(905);
    await times(5, () => fails("four", "198.51.100.1"));
    await blocked("four", "198.51.100.1");
  });

  test("are forgotten when the right password arrives", async () => {
    for (let round = 0; round < 2; round++) {
      await times(9, () => fails("five", "198.51.100.1"));
      await works("five", "198.51.100.1");
    }
  });

  test("at once are no more than one after the other: of fifty guesses the Worker checks ten", async () => {
    const guesses = Array.from({ length: 50 }, (_, i) => attempt("six", `guess ${i}`, "198.51.100.1"));
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 401).length, 10, statuses.join());
    assert.equal(statuses.filter((status) => status === 429).length, 40, statuses.join());
  });

  test("from all addresses of one IPv6 network (/64) count together", async () => {
    await times(10, (i) => fails("seven", `2001:db8:1:1::${i + 1}`));
    await blocked("seven", "2001:db8:1:1:ffff::1");
    await works("seven", "2001:db8:1:2::1");
  });

  test("from everywhere block the account except for addresses from which its owner has logged in", async () => {
    const home = "203.0.113.80";
    await works("eight", home);
    await times(25, (i) => fails("eight", `198.51.100.${i + 100}`));
    await blocked("eight", "203.0.113.81");
    await works("eight", home);
    await times(10, () => fails("eight", home));
    await blocked("eight", home); // At this address the limit for a single address applies.
    await worker.clock.ahead(905);
    await works("eight", "203.0.113.81");
  });

  test("from everywhere also block an address from which the owner has not logged in for a month", async () => {
    const home = "203.0.113.90";
    await works("nine", home);
    await worker.clock.ahead(MONTH + 60);
    await times(25, (i) => fails("nine", `198.51.100.${i + 100}`));
    await blocked("nine", home);
    await worker.clock.ahead(MONTH + 965);
    await works("nine", home);
  });
});

test("failed logins still count after a restart of the Worker", async () => {
  const persist = mkdtempSync(join(tmpdir(), "portcullis-"));
  try {
    const attempt = (worker, password) => logIn(worker, "one", password, from("198.51.100.1"));
    await withWorker({ users, persist }, (worker) =>
      times(10, async () => assert.equal((await attempt(worker, "wrong")).status, 401)),
    );
    await withWorker({ persist }, async (worker) => assert.equal((await attempt(worker, RIGHT)).status, 429));
  } finally {
    rmSync(persist, { recursive: true });
  }
});

test("the Worker refuses a flood from one address before it asks any account, and serves other addresses", () =>
  withWorker({ users, limiter: { limit: 5, period: 60 } }, async (worker) => {
    const statuses = [];
    // The limit is five a minute, and a new minute may begin during the test.
    for (const name of [...NAMES, "one"]) {
      const response = await logIn(worker, name, RIGHT, from("198.51.100.1"));
      statuses.push(response.status);
      if (response.status !== 429) continue;
      assert.match(response.headers.get("retry-after"), /^[1-9]\d*$/);
      await assertProblem(response, 429, "too_many_attempts");
    }
    assert.deepEqual(statuses.slice(0, 5), [200, 200, 200, 200, 200]);
    assert.ok(statuses.includes(429), statuses.join());
    await loggedIn(worker, "ten", RIGHT, from("198.51.100.2"));
  }));

test("the limits are as configured", () =>
  withWorker({ users, vars: { LOGIN_ATTEMPTS: "2", LOGIN_WINDOW: "60" }, clock: true }, async (worker) => {
    const attempt = async (password) => (await logIn(worker, "one", password, from("198.51.100.1"))).status;
    assert.deepEqual([await attempt("a"), await attempt("b"), await attempt(RIGHT)], [401, 401, 429]);
    await worker.clock.ahead(62);
    assert.equal(await attempt(RIGHT), 200);
  }));
