import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { inspect } from "portcullis/inspect";
import { createSession } from "portcullis/session";
import { refresh } from "../support/requests.mjs";
import { PASSWORDS, alice, bob } from "../support/users.mjs";
import { eventually } from "../support/wait.mjs";
import { startWorker } from "../support/worker.mjs";
import { createStorage } from "./session/support.mjs";

const failure = (promise) =>
  promise.then(
    () => assert.fail("it did not fail"),
    (error) => error,
  );
const root = fileURLToPath(new URL("../..", import.meta.url));

describe("a session with the Worker in workerd", () => {
  let worker;
  const sessions = [];
  before(async () => {
    const vars = { TOKEN_EXPIRATION: "2", REFRESH_EXPIRATION: "600", LOGIN_ATTEMPTS: "2" };
    worker = await startWorker({ users: [alice, bob], vars, clock: true });
  });
  after(async () => {
    for (const session of sessions) session.close();
    await worker?.stop();
  });

  function open(options) {
    const session = createSession({ url: worker.url, ...options });
    const told = [];
    for (const type of ["expiring", "expired", "refreshed", "ended"]) {
      session.on(type, ({ reason }) => told.push(reason ? `${type}: ${reason}` : type));
    }
    sessions.push(session);
    return Object.create(session, { told: { value: told } });
  }
  async function loggedIn(options) {
    const session = open(options);
    await session.login("alice", PASSWORDS.alice);
    return session;
  }
  const me = async (session) => (await session.fetch(`${worker.url}/me`)).status;

  test("logs in, sends requests and logs out, after which none of its tokens is accepted", async () => {
    const storage = createStorage();
    const session = await loggedIn({ storage });
    const { refreshToken } = JSON.parse(storage.text);
    assert.deepEqual(await (await session.fetch(`${worker.url}/me`)).json(), {
      id: 1,
      username: "alice",
      phone: alice.phone,
    });
    assert.ok(session.secondsLeft > -5 && session.secondsLeft <= 2, `${session.secondsLeft}`);
    assert.ok(Math.abs(session.sessionExpiresAt / 1000 - session.now - 600) < 3);
    await session.logout();
    assert.equal(session.told.at(-1), "ended: logout");
    assert.equal((await refresh(worker, refreshToken)).status, 401);
  });

  test("lasts longer than its tokens, which expire after two seconds", async () => {
    const session = await loggedIn();
    const { token } = session;
    const seen = new Set([token]);
    await eventually(() => seen.add(session.token ?? token).size >= 5, "four tokens more");
    assert.equal(await me(session), 200);
    await session.logout();
    assert.deepEqual(
      session.told.filter((each) => each.startsWith("ended")),
      ["ended: logout"],
    );
  });

  for (const ahead of [3600, -3600]) {
    test(`shows the right remaining time if the Worker's clock is ${ahead} s ahead of ours`, async () => {
      await worker.clock.ahead(ahead);
      try {
        const storage = createStorage();
        const session = await loggedIn({ storage });
        assert.ok(session.secondsLeft > -1 && session.secondsLeft < 3, `${session.secondsLeft}`);
        assert.ok(Math.abs(session.now - worker.clock.now()) < 3, `${session.now - worker.clock.now()}`);
        // The same holds for a page that finds the session in the storage, and for portcullis/inspect with the session's time.
        const another = open({ storage });
        await another.ready;
        assert.ok(another.secondsLeft > -1 && another.secondsLeft < 3, `${another.secondsLeft}`);
        const { token, expiresAt } = JSON.parse(storage.text);
        const { now } = another;
        assert.ok(Math.abs(inspect(token, { now }).secondsLeft - (expiresAt - now)) < 0.002);
        assert.ok(Math.abs(inspect(token).secondsLeft) > 3000);
        another.close();
        assert.equal(await me(session), 200);
        await session.logout();
      } finally {
        await worker.clock.ahead(0);
      }
    });
  }

  test("renews a token that the Worker reports as overdue, and sends the request again", async () => {
    const asked = [];
    const session = await loggedIn({
      fetch: (input, init) => {
        asked.push(new URL(input).pathname);
        return fetch(input, init);
      },
    });
    // Only the Worker's clock changes, so no timer of the session is due.
    await worker.clock.ahead(10);
    try {
      assert.equal(await me(session), 200);
      assert.ok(asked.includes("/refresh") && asked.filter((path) => path === "/me").length <= 2);
      assert.ok(Math.abs(session.now - worker.clock.now()) < 3);
      await session.logout();
    } finally {
      await worker.clock.ahead(0);
    }
  });

  test("survives a lost response to a refresh", async () => {
    let losing = false,
      lost = 0;
    const session = await loggedIn({
      fetch: async (input, init) => {
        const response = await fetch(input, init);
        if (!losing || !String(input).endsWith("/refresh")) return response;
        lost += 1;
        losing = false;
        throw new TypeError("fetch failed");
      },
    });
    const { token } = session;
    losing = true;
    await eventually(() => lost === 1 && session.token !== undefined && session.token !== token, "a new token");
    assert.equal(await me(session), 200);
    await session.refresh();
    assert.equal(session.status, "active");
    await session.logout();
  });

  test("ends when another client has used its refresh token", async () => {
    const storage = createStorage();
    const session = await loggedIn({ storage });
    const { refreshToken } = JSON.parse(storage.text);
    // The thief has the token before the previous one.
    await session.refresh();
    await session.refresh();
    assert.equal((await refresh(worker, refreshToken)).status, 401);
    await eventually(() => session.status === "none", "the end");
    assert.equal(session.told.at(-1), "ended: refused");
    assert.equal(storage.items.size, 0);
  });

  test("ends after its maximum lifetime", async () => {
    const session = await loggedIn();
    await worker.clock.ahead(700);
    try {
      await eventually(() => session.status === "none", "the end");
      assert.equal(session.told.at(-1), "ended: expired");
    } finally {
      await worker.clock.ahead(0);
    }
  });

  test("distinguishes a wrong password from too many attempts", async () => {
    const session = open();
    for (let time = 0; time < 2; time += 1) {
      assert.equal((await failure(session.login("bob", "not bob's"))).code, "credentials_incorrect");
    }
    const error = await failure(session.login("bob", PASSWORDS.bob));
    assert.equal(error.code, "too_many_attempts");
    assert.ok(error.retryAfter > 0, `${error.retryAfter}`);
  });

  test("works as the README shows", async () => {
    const readme = await readFile(new URL("../../npm/README.md", import.meta.url), "utf8");
    const [, example] = /```js\n(import \{ createSession.*?)```/s.exec(readme);
    const script = example.replaceAll("https://login.example", worker.url).replace("her password", PASSWORDS.alice);
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      timeout: 30_000,
    });
    assert.match(stdout, /^\{ id: 1, username: 'alice', phone: '\+\d+' \} -?[\d.]+\nover: logout\n$/);
    assert.equal(stderr, "");
  });

  test("keeps no process alive, in Node", async () => {
    const script = `
      import { createSession } from "portcullis/session";
      const storage = { getItem: () => null, setItem() {}, removeItem() {} };
      const session = createSession({ url: ${JSON.stringify(worker.url)}, storage });
      await session.login("alice", ${JSON.stringify(PASSWORDS.alice)});
      console.log(session.status);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      timeout: 30_000,
    });
    assert.equal(stdout, "active\n");
  });

  test("runs in workerd as well", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `
          import { createSession } from "portcullis/session";
          export default {
            async fetch(request, { url, password }) {
              const session = createSession({ url });
              const told = [];
              session.on("refreshed", () => told.push("refreshed"));
              session.on("ended", ({ reason }) => told.push(reason));
              await session.login("alice", password);
              await session.refresh();
              const me = await session.fetch(new Request(url + "/me"));
              const { username } = await me.json();
              await session.logout();
              return Response.json({ username, told });
            },
          };
        `,
        resolveDir: root,
      },
      ...{ bundle: true, format: "esm", conditions: ["workerd"], write: false, logLevel: "silent" },
    });
    const mf = new Miniflare({
      ...{ cf: false, telemetry: { enabled: false }, host: "127.0.0.1", port: 0, compatibilityDate: "2026-04-26" },
      modules: [{ type: "ESModule", path: "session.mjs", contents: outputFiles[0].text }],
      bindings: { url: worker.url, password: PASSWORDS.alice },
    });
    try {
      const response = await mf.dispatchFetch("http://session.test/");
      const text = await response.text();
      assert.equal(response.status, 200, text);
      assert.deepEqual(JSON.parse(text), { username: "alice", told: ["refreshed", "refreshed", "logout"] });
    } finally {
      await mf.dispose();
    }
  });
});
