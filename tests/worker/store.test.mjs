import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { assertProblem, foreignToken, getMe, logIn, loggedIn } from "../support/requests.mjs";
import { PASSWORDS, alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

/** A KV namespace whose methods all have this body. */
const store = (body) => `
  const method = async (key) => { ${body} };
  export default () => ({ get: method, getWithMetadata: method, list: method, put: method, delete: method });
`;
const withStore = async (source, use) => {
  const worker = await startWorker({ bindings: { USERS: source } });
  try {
    await use(worker);
  } finally {
    await worker.stop();
  }
};

const FAULTS = {
  "rejects with an error": store('throw new Error("KV GET failed: 500 kv-internal-detail")'),
  "rejects with a string": store('throw "kv-internal-detail"'),
  "rejects with nothing": store("throw undefined"),
  "throws at once": store("")
    .replace("async (key) =>", "(key) =>")
    .replace("{  }", '{ throw new Error("kv-internal-detail") }'),
};

describe("when KV does not answer", () => {
  for (const [what, source] of Object.entries(FAULTS)) {
    test(`nobody is let in and no user is reported as unknown (it ${what})`, () =>
      withStore(source, async (worker) => {
        for (const [username, password] of [
          ["alice", PASSWORDS.alice],
          ["nobody", "x"],
        ]) {
          const problem = await assertProblem(await logIn(worker, username, password), 503, "store_unavailable");
          assert.doesNotMatch(JSON.stringify(problem), /kv-internal-detail|user:|alice/);
        }
        const token = await foreignToken(worker);
        await assertProblem(await getMe(worker, `Bearer ${token}`), 503, "store_unavailable");
        await assertProblem(await fetch(`${worker.url}/healthz`), 503, "store_unavailable");

        const line = await worker.logged(({ message }) => message.includes("store_unavailable"));
        assert.equal(line.level, "error");
        for (const { message } of worker.logs) JSON.parse(message);
      }));
  }

  test("a wrong token is still reported as wrong, and a malformed request as malformed", () =>
    withStore(FAULTS["rejects with an error"], async (worker) => {
      await assertProblem(await getMe(worker, "Bearer x.y.z"), 401, "token_incorrect");
      await assertProblem(await getMe(worker), 401, "token_missing");
      await assertProblem(await logIn(worker, "", "x"), 400, "request_malformed");
    }));

  test("the next request is served when KV answers again", () =>
    withStore(
      store(`
        if (key !== "user:alice") return null;
        globalThis.asked = (globalThis.asked ?? 0) + 1;
        if (asked % 2) throw new Error("every other time");
        return ${JSON.stringify(JSON.stringify(alice))};
      `),
      async (worker) => {
        await assertProblem(await logIn(worker, "alice", PASSWORDS.alice), 503, "store_unavailable");
        await loggedIn(worker, "alice");
      },
    ));

  test("the Worker stops waiting for a response that never comes", () =>
    withStore(store("return new Promise((resolve) => setTimeout(resolve, 60_000, null))"), async (worker) => {
      const ask = (path, init) => fetch(worker.url + path, { signal: AbortSignal.timeout(12_000), ...init });
      const token = await foreignToken(worker);
      const asked = [
        ask("/login", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ username: "alice", password: PASSWORDS.alice }),
        }),
        ask("/me", { headers: { authorization: `Bearer ${token}` } }),
        ask("/healthz"),
      ];
      for (const response of await Promise.all(asked)) await assertProblem(response, 503, "store_unavailable");
    }));
});
