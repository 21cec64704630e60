import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Miniflare } from "miniflare";
import { assertProblem, getMe, getVerify, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, alice, bob, user } from "../support/users.mjs";
import { from, startWorker } from "../support/worker.mjs";

const PANICS = "target/worker-panics/build";
/** Panics in the first poll of an async route, in a later poll, by a trap, by stack exhaustion, and in the synchronous call. */
const WAYS_TO_PANIC = ["/panic", "/panic/later", "/panic/trap", "/panic/overflow", "/panic/at-once"];

/** A store whose reads take some time. */
const SLOW_STORE = `
  const get = async () => {
    await new Promise((resolve) => setTimeout(resolve, 150));
    return ${JSON.stringify(JSON.stringify(alice))};
  };
  export default () => ({ get });
`;

/** A body whose end arrives late. */
async function* slowly(text) {
  yield Buffer.from(text.slice(0, 10));
  await sleep(300);
  yield Buffer.from(text.slice(10));
}

describe("the Worker", () => {
  test("serves the next request after a panic, also a login", async () => {
    const worker = await startWorker({ build: PANICS, users: [alice] });
    try {
      const { token } = await loggedIn(worker, "alice");
      for (const path of WAYS_TO_PANIC) {
        const response = await fetch(worker.url + path);
        const text = await response.clone().text();
        assert.doesNotMatch(text, /a test asked for it|panicked at|\.rs\b/);
        await assertProblem(response, 500, "internal_error");
        assert.equal((await getMe(worker, `Bearer ${token}`)).status, 200);
        assert.equal((await getVerify(worker, `Bearer ${token}`)).status, 200);
        await loggedIn(worker, "alice");
        assert.equal((await logIn(worker, "alice", "wrong")).status, 401);
        await worker.logged(({ message }) => message.includes('"reason":"panicked"'));
      }
    } finally {
      await worker.stop();
    }
  });

  for (const path of WAYS_TO_PANIC) {
    test(`loses no pending request while another request panics (${path})`, async () => {
      // A request that is served twice is counted twice.
      const vars = { LOGIN_ATTEMPTS_ACCOUNT: "1000" };
      const worker = await startWorker({ build: PANICS, vars, bindings: { USERS: SLOW_STORE } });
      try {
        for (let round = 0; round < 2; round++) {
          // The logins of a round end the sessions of the previous round, because an account has at most 32 sessions.
          const { token } = await loggedIn(worker, "alice");
          const asked = Array.from({ length: 50 }, (_, i) => {
            // Each request has its own address, because this many requests from one address would count as guesses.
            const client = from(`198.51.100.${i}`);
            if (i % 3 === 0) return logIn(worker, "alice", PASSWORDS.alice, client).then(({ status }) => status);
            if (i % 3 === 1)
              return logIn(worker, "alice", "wrong", client).then(({ status }) => (status === 401 ? 200 : status));
            return getMe(worker, `Bearer ${token}`).then(({ status }) => status);
          });
          // By then some requests wait for the store, and the Worker has not started others.
          const panicked = sleep(30 + 60 * round).then(() => fetch(worker.url + path));
          assert.deepEqual(
            await Promise.all(asked),
            asked.map(() => 200),
          );
          await assertProblem(await panicked, 500, "internal_error");
        }
        await loggedIn(worker, "alice");
      } finally {
        await worker.stop();
      }
    });
  }

  test("says that the outcome is unknown when it cannot serve a request twice", async () => {
    const worker = await startWorker({ build: PANICS, users: [alice] });
    try {
      const once = fetch(`${worker.url}/panic/once`);
      // Without a length the body was not kept, whatever the route.
      const unkept = fetch(`${worker.url}/login`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: slowly(JSON.stringify({ username: "alice", password: PASSWORDS.alice })),
        duplex: "half",
      });
      await sleep(100);
      const panicked = await fetch(`${worker.url}/panic`);
      const response = await once;
      assert.equal(response.headers.get("retry-after"), "1");
      await assertProblem(response, 503, "interrupted");
      await assertProblem(await unkept, 503, "interrupted");
      await assertProblem(panicked, 500, "internal_error");
      assert.equal((await fetch(`${worker.url}/panic/once`)).status, 200);
    } finally {
      await worker.stop();
    }
  });

  test("ends a request that panics each time and keeps the other requests", async () => {
    const worker = await startWorker({ build: PANICS, bindings: { USERS: SLOW_STORE } });
    try {
      const { token } = await loggedIn(worker, "alice");
      const panics = WAYS_TO_PANIC.flatMap((path) => [path, path, path]).map((path) => fetch(worker.url + path));
      const others = Array.from({ length: 10 }, () => getMe(worker, `Bearer ${token}`));
      for (const response of await Promise.all(others)) assert.equal(response.status, 200);
      for (const response of await Promise.all(panics)) {
        // The test cannot know which requests were pending in the same instance.
        if (response.status === 503) await assertProblem(response, 503, "interrupted");
        else await assertProblem(response, 500, "internal_error");
      }
      await loggedIn(worker, "alice");
    } finally {
      await worker.stop();
    }
  });

  test("lets another Worker call its routes and no export of the Rust module", async () => {
    const module = (name, type) => ({ type, path: join("build", name) });
    const mf = new Miniflare({
      cf: false,
      telemetry: { enabled: false },
      workers: [
        {
          name: "caller",
          modules: true,
          compatibilityDate: "2026-04-26",
          serviceBindings: { GATE: "portcullis" },
          script: `export default { async fetch(request, { GATE }) {
            const call = (name) => GATE[name]().then(() => "called", (error) => error.message);
            const names = new URL(request.url).searchParams.getAll("name");
            const outcomes = await Promise.all(names.map(call));
            return Response.json({ status: (await GATE.fetch("https://gate.test/nothing")).status, outcomes });
          } }`,
        },
        {
          name: "portcullis",
          compatibilityDate: "2026-04-26",
          modulesRoot: "build",
          modules: [
            module("worker.js", "ESModule"),
            module("entry.js", "ESModule"),
            module("environment.js", "ESModule"),
            module("glue.js", "ESModule"),
            module("portcullis.wasm", "CompiledWasm"),
          ],
        },
      ],
    });
    try {
      // One name does not exist, so that the test shows how an unknown name is answered.
      const names = ["nothing", "serve", "exchange_room", "exchange_attach", "exchange_answer", "exchange_mount"];
      const response = await mf.dispatchFetch(`http://caller.test/?${names.map((name) => `name=${name}`).join("&")}`);
      const { status, outcomes } = await response.json();
      assert.equal(status, 404);
      assert.deepEqual(
        outcomes,
        names.map((name) => outcomes[0].replace("nothing", name)),
      );
      assert.notEqual(outcomes[0], "called");
    } finally {
      await mf.dispose();
    }
  });

  test("never confuses users, however many requests arrive at once", async () => {
    const names = ["spaces", "long", "composed"];
    const users = [alice, bob, ...names.map((name, i) => user(i + 30, name, name))];
    // Each login counts as failed until it has succeeded, and many logins are pending at once.
    const worker = await startWorker({ users, vars: { LOGIN_ATTEMPTS: "100" } });
    try {
      const tokens = new Map();
      for (const { username } of users) tokens.set(username, (await loggedIn(worker, username)).token);

      const me = async (token, { id, username, phone }) => {
        const response = await getMe(worker, `Bearer ${token}`);
        assert.equal(response.status, 200);
        assert.deepEqual(await response.json(), { id, username, phone });
      };
      const right = async (user) => {
        const { token } = await loggedIn(worker, user.username);
        const claims = JSON.parse(Buffer.from(token.split(".")[1], "base64url"));
        assert.deepEqual([claims.id, claims.sub, claims.username], [user.id, String(user.id), user.username]);
        return claims.jti;
      };
      const crossed = async (user, other) => {
        assert.equal((await logIn(worker, user.username, PASSWORDS[other.username])).status, 401);
      };

      const requests = Array.from({ length: 200 }, (_, i) => {
        const user = users[i % users.length];
        if (i % 7 === 0) return right(user);
        if (i % 11 === 0) return crossed(user, users[(i + 1) % users.length]);
        return me(tokens.get(user.username), user);
      });
      const ids = (await Promise.all(requests)).filter((id) => id !== undefined);
      assert.ok(ids.length > 20);
      assert.equal(new Set(ids).size, ids.length);
    } finally {
      await worker.stop();
    }
  });

  test("keeps answering when its hashes are large, one after the other and at once", async () => {
    const worker = await startWorker({ users: [user(1, "defaults", "defaults")] });
    try {
      for (let round = 0; round < 2; round++) await loggedIn(worker, "defaults");
      await Promise.all(Array.from({ length: 4 }, () => loggedIn(worker, "defaults")));
    } finally {
      await worker.stop();
    }
  });
});
