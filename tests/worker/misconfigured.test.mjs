import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, getMe, loggedIn, postLogin } from "../support/requests.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker, withWorker } from "../support/worker.mjs";

const secret = (length) => "short-secret-".repeat(10).slice(0, length);

const WRONG = {
  "SECRET_KEY is missing": { SECRET_KEY: undefined },
  "SECRET_KEY is empty": { SECRET_KEY: "" },
  "SECRET_KEY has 31 bytes for HS256": { SECRET_KEY: secret(31), TOKEN_ALGORITHM: "HS256" },
  "SECRET_KEY has 47 bytes for HS384": { SECRET_KEY: secret(47), TOKEN_ALGORITHM: "HS384" },
  "SECRET_KEY has 63 bytes for HS512": { SECRET_KEY: secret(63) },
  "TOKEN_ALGORITHM is none": { TOKEN_ALGORITHM: "none" },
  "TOKEN_ALGORITHM is RS256": { TOKEN_ALGORITHM: "RS256" },
  "TOKEN_ALGORITHM is hs512": { TOKEN_ALGORITHM: "hs512" },
  "TOKEN_EXPIRATION is 0": { TOKEN_EXPIRATION: "0" },
  "TOKEN_EXPIRATION is -1": { TOKEN_EXPIRATION: "-1" },
  "TOKEN_EXPIRATION is abc": { TOKEN_EXPIRATION: "abc" },
  "TOKEN_EXPIRATION is 1.5": { TOKEN_EXPIRATION: "1.5" },
  "TOKEN_EXPIRATION is 1h": { TOKEN_EXPIRATION: "1h" },
  "TOKEN_EXPIRATION is huge": { TOKEN_EXPIRATION: "99999999999999999999999" },
  "TOKEN_EXPIRATION is beyond all dates": { TOKEN_EXPIRATION: "9000000000000000" },
  "REFRESH_EXPIRATION is 0": { REFRESH_EXPIRATION: "0" },
  "REFRESH_EXPIRATION is a month": { REFRESH_EXPIRATION: "1 month" },
  "REGISTRATION is yes": { REGISTRATION: "yes" },
  "PASSWORD_MIN_LENGTH is 0": { PASSWORD_MIN_LENGTH: "0" },
  "PASSWORD_MIN_LENGTH is beyond any password": { PASSWORD_MIN_LENGTH: "5000" },
  "LOGIN_ATTEMPTS is 0": { LOGIN_ATTEMPTS: "0" },
  "LOGIN_ATTEMPTS is -1": { LOGIN_ATTEMPTS: "-1" },
  "LOGIN_WINDOW is 0": { LOGIN_WINDOW: "0" },
  "LOGIN_ATTEMPTS_ACCOUNT is many": { LOGIN_ATTEMPTS_ACCOUNT: "many" },
  "INTROSPECTION_SECRET is short": { INTROSPECTION_SECRET: "short-secret" },
  "CORS_ORIGINS is a star": { CORS_ORIGINS: "*" },
  "CORS_ORIGINS has a path": { CORS_ORIGINS: "https://app.example.test/" },
  "CORS_ORIGINS is a host alone": { CORS_ORIGINS: "app.example.test" },
  "LEGACY_UNTIL is soon": { LEGACY_SECRET_KEY: "short-secret", LEGACY_UNTIL: "soon" },
  "LEGACY_SECRET_KEY is missing": { LEGACY_UNTIL: "2100-01-01" },
  "LEGACY_UNTIL is missing": { LEGACY_SECRET_KEY: "short-secret" },
  "LEGACY_ALGORITHM is none": {
    LEGACY_SECRET_KEY: "short-secret",
    LEGACY_UNTIL: "2100-01-01",
    LEGACY_ALGORITHM: "none",
  },
  "LOGIN_ATEMPTS is misspelt": { LOGIN_ATEMPTS: "10" },
  "LEGACY_SECRET is misspelt": { LEGACY_SECRET: "short-secret" },
  "CORS_ORIGIN is misspelt": { CORS_ORIGIN: "https://app.example.test" },
  "TOKEN_EXPIRATON is misspelt": { TOKEN_EXPIRATON: "60" },
  "TOKEN_ISSUERS is misspelt": { TOKEN_ISSUERS: "https://login.example.test" },
};

async function assertServesNoLogin(worker, name) {
  for (const ask of [
    () => postLogin(worker, { username: "alice", password: PASSWORDS.alice }),
    () => getMe(worker, "Bearer x.y.z"),
    () => getMe(worker),
  ]) {
    const problem = await assertProblem(await ask(), 500, "misconfigured");
    assert.ok(!JSON.stringify(problem).includes(name), "a client is not told which");
  }
  const health = await assertProblem(await fetch(`${worker.url}/healthz`), 503, "misconfigured");
  assert.ok(!JSON.stringify(health).includes(name));
  assert.equal((await fetch(worker.url)).status, 200, "the page is still there");

  const line = await worker.logged(({ message }) => message.includes(name));
  assert.equal(line.level, "error");
  assert.equal(JSON.parse(line.message).setting, name);
}

// Run two at a time, because starting a Worker takes most of the time.
test("the log names a wrong setting, and the Worker serves no login", { concurrency: 2 }, async (t) => {
  const tests = Object.entries(WRONG).map(([what, vars]) =>
    t.test(what, async () => {
      const worker = await startWorker({ users: [alice], vars });
      try {
        await assertServesNoLogin(worker, what.split(" ")[0]);
        const all = JSON.stringify(worker.logs);
        assert.ok(!all.includes("short-secret"), "the secret is not in the log");
      } finally {
        await worker.stop();
      }
    }),
  );
  for (const name of ["USERS", "ACCOUNTS", "LOGIN_LIMITER"]) {
    tests.push(
      t.test(`${name} is missing`, () =>
        withWorker({ bindings: { [name]: undefined } }, (worker) => assertServesNoLogin(worker, name)),
      ),
    );
  }
  await Promise.all(tests);
});

test("the Worker serves correct settings: unknown names, and the shortest and longest sensible lifetime", async () => {
  for (const TOKEN_EXPIRATION of ["1", "2592000"]) {
    const worker = await startWorker({ users: [alice], vars: { TOKEN_EXPIRATION, OTHER: "x", LOG_LEVEL: "debug" } });
    try {
      assert.equal((await loggedIn(worker, "alice")).expires_in, Number(TOKEN_EXPIRATION));
    } finally {
      await worker.stop();
    }
  }
});

test("LEGACY_SECRET_KEY may be removed before the other settings when LEGACY_UNTIL is past", async () => {
  const worker = await startWorker({
    users: [alice],
    vars: { LEGACY_UNTIL: "2020-01-31", LEGACY_ALGORITHM: "HS256", LEGACY_SALT: "login" },
  });
  try {
    assert.equal((await loggedIn(worker, "alice")).token_type, "Bearer");
    assert.equal((await fetch(`${worker.url}/healthz`)).status, 200);
  } finally {
    await worker.stop();
  }
});
