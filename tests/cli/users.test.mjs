// `npm run portcullis -- users …` with the real wrangler, beside the real Worker on the same local KV.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { logIn, loggedIn, me } from "../support/requests.mjs";
import { PASSWORDS } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

// One after another, as an operator would: each test goes on from the one before.
describe("users in a KV that a Worker reads meanwhile", { timeout: 300_000 }, () => {
  let folder, worker;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "portcullis-cli-"));
    writeFileSync(join(folder, "wrangler.toml"), 'name = "portcullis"\n[[kv_namespaces]]\nbinding = "USERS"\n');
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    // Where `wrangler dev` keeps it.
    worker = await startWorker({ persist: join(folder, ".wrangler", "state", "v3") });
  });
  after(async () => {
    await worker?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Runs it in the project's folder; `{ code, out, err }`. */
  async function portcullis(args, input = "") {
    const env = { ...process.env, INIT_CWD: folder, PORTCULLIS_WRANGLER: "" };
    const child = spawn(process.execPath, [join(root, "scripts", "portcullis.mjs"), ...args], { cwd: root, env });
    const read = async (stream) => (await stream.setEncoding("utf8").toArray()).join("");
    child.stdin.on("error", () => {}); // It may end before it reads.
    child.stdin.end(input);
    const ended = new Promise((resolve) => child.once("close", resolve));
    const [out, err, code] = await Promise.all([read(child.stdout), read(child.stderr), ended]);
    return { code, out, err };
  }
  async function done(args, input) {
    const { code, out, err } = await portcullis(["users", ...args], input);
    assert.equal(code, 0, err);
    return out;
  }
  const refused = async (password) => assert.equal((await logIn(worker, "alice", password)).status, 401);

  test("a user who is added logs in", async () => {
    assert.equal(await done(["add", "alice", "--phone", "+4420"], PASSWORDS.alice), "Added alice with number 1, in the local KV.\n");
    const { token } = await loggedIn(worker, "alice", PASSWORDS.alice);
    assert.equal(await me(worker, token), 200);
  });

  test("who is signed out has no token left, and logs in again", async () => {
    const { token } = await loggedIn(worker, "alice", PASSWORDS.alice);
    await done(["sign-out", "alice"]);
    assert.equal(await me(worker, token), 401);
    const next = await loggedIn(worker, "alice", PASSWORDS.alice);
    assert.equal(await me(worker, next.token), 200);
  });

  test("a new password takes the place of the old one", async () => {
    await done(["set-password", "alice"], PASSWORDS.bob);
    await refused(PASSWORDS.alice);
    await loggedIn(worker, "alice", PASSWORDS.bob);
  });

  test("who is disabled is not let in until enabled", async () => {
    await done(["disable", "alice"]);
    await refused(PASSWORDS.bob);
    await done(["enable", "alice"]);
    await loggedIn(worker, "alice", PASSWORDS.bob);
  });

  test("who is removed is unknown to both", async () => {
    const { token } = await loggedIn(worker, "alice", PASSWORDS.bob);
    await done(["remove", "alice", "--yes"]);
    await refused(PASSWORDS.bob);
    assert.equal(await me(worker, token), 401);
    const { code, out, err } = await portcullis(["users", "show", "alice"]);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(err, /^error: there is no user alice in the local KV; [^\n]+\n$/);
  });

  test("more than the thousand keys that wrangler lists are counted and listed", async () => {
    const keys = Array.from({ length: 1203 }, (_, at) => `user:many-${String(at).padStart(4, "0")}`);
    await Promise.all(keys.map((key) => worker.kv.put(key, "{}")));
    const names = (await done(["list", "--names", "--limit", "5000"])).trimEnd().split("\n");
    assert.deepEqual(names, keys.map((key) => key.slice("user:".length)));
  });

  test("a binding that the config does not have is named, with the mend", async () => {
    const { code, err } = await portcullis(["users", "list", "--binding", "PEOPLE"]);
    assert.equal(code, 1);
    assert.match(err, /^error: the config has no KV binding PEOPLE; --binding [^\n]+\n$/);
  });
});
