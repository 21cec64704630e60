// A mounted Worker whose Rust instance ends. tests/package-worker tests everything else about the mount.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Miniflare } from "miniflare";
import { HASHES, PASSWORDS } from "../support/users.mjs";
import { SECRET_KEY } from "../support/worker.mjs";

const build = fileURLToPath(new URL("../../target/worker-panics/build", import.meta.url));
const HOST = `
  import { mount } from "./mount.js";
  export { Account } from "./worker.js";
  export default mount({ path: "/auth", prefix: "OUR_", issuer: "https://app.example/auth" });
`;

test("after a panic the next Rust instance knows the path and the prefix of the mount", async () => {
  const scripts = ["mount.js", "worker.js", "entry.js", "environment.js", "glue.js"];
  const mf = new Miniflare({
    ...{ cf: false, telemetry: { enabled: false }, compatibilityDate: "2026-04-26", modulesRoot: build },
    handleStructuredLogs: () => {},
    modules: [
      { type: "ESModule", path: join(build, "host.js"), contents: HOST },
      ...scripts.map((name) => ({ type: "ESModule", path: join(build, name) })),
      { type: "CompiledWasm", path: join(build, "portcullis.wasm") },
    ],
    bindings: { OUR_SECRET_KEY: SECRET_KEY, TOKEN_X: "of the host" },
    kvNamespaces: { OUR_USERS: "users" },
    durableObjects: { OUR_ACCOUNTS: { className: "Account", useSQLite: true } },
    ratelimits: { OUR_LOGIN_LIMITER: { simple: { limit: 1_000_000, period: 60 } } },
  });
  try {
    const kv = await mf.getKVNamespace("OUR_USERS");
    await kv.put("user:alice", JSON.stringify({ id: 1, username: "alice", hash_password: HASHES.alice, phone: "" }));
    const login = () =>
      mf.dispatchFetch("https://app.example/auth/login", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ username: "alice", password: PASSWORDS.alice }),
      });
    for (const panic of ["panic", "panic/at-once", "panic/trap"]) {
      const { token } = await (await login()).json();
      assert.equal((await mf.dispatchFetch(`https://app.example/auth/${panic}`)).status, 500, panic);
      const headers = { authorization: `Bearer ${token}` };
      assert.equal((await mf.dispatchFetch("https://app.example/auth/me", { headers })).status, 200, panic);
      assert.equal((await mf.dispatchFetch("https://app.example/me", { headers })).status, 404, panic);
      assert.equal((await login()).status, 200, panic);
    }
  } finally {
    await mf.dispose();
  }
});
