// `npm run portcullis -- users …` against the real Worker.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { logIn, loggedIn, me } from "../support/requests.mjs";
import { PASSWORDS } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

// The tests run one after another: each test continues with the users of the test before it.
describe("an operator's commands on the users of a Worker", { timeout: 300_000 }, () => {
  let folder, worker;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "portcullis-cli-"));
    writeFileSync(join(folder, "wrangler.toml"), 'name = "portcullis"\n');
    const { code, out, err } = await portcullis(["keys", "operator", "--key", "operator.json"]);
    assert.equal(code, 0, err);
    worker = await startWorker({ vars: { OPERATOR_KEYS: out.trim() } });
  });
  after(async () => {
    await worker?.stop();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the command line in the project's folder. Returns `{ code, out, err }`. */
  async function portcullis(args, input = "") {
    const { PORTCULLIS_URL, PORTCULLIS_OPERATOR_KEY, ...rest } = process.env;
    const env = { ...rest, INIT_CWD: folder };
    const child = spawn(process.execPath, [join(root, "scripts", "portcullis.mjs"), ...args], { cwd: root, env });
    const read = async (stream) => (await stream.setEncoding("utf8").toArray()).join("");
    child.stdin.on("error", () => {}); // The command may end before it reads its input.
    child.stdin.end(input);
    const ended = new Promise((resolve) => child.once("close", resolve));
    const [out, err, code] = await Promise.all([read(child.stdout), read(child.stderr), ended]);
    return { code, out, err };
  }
  const users = (args, input) => portcullis(["users", ...args, "--url", worker.url, "--key", "operator.json"], input);
  async function done(args, input) {
    const { code, out, err } = await users(args, input);
    assert.equal(code, 0, err);
    return out;
  }
  const refused = async (password) => assert.equal((await logIn(worker, "alice", password)).status, 401);

  test("a user who is added logs in", async () => {
    const said = await done(["add", "alice", "--phone", "+4420", "--id", "1"], PASSWORDS.alice);
    assert.equal(said, `Added alice with number 1, at ${worker.url}.\n`);
    const { token } = await loggedIn(worker, "alice", PASSWORDS.alice);
    assert.equal(await me(worker, token), 200);
  });

  test("a name or a number that is taken is refused", async () => {
    const name = await users(["add", "alice"], PASSWORDS.alice);
    assert.match(name.err, /^error: there is already a user alice at /);
    const number = await users(["add", "bob", "--id", "1"], PASSWORDS.bob);
    assert.match(number.err, /^error: the number 1 belongs or belonged to another user /);
  });

  test("a user who is signed out has no valid token, and can log in again", async () => {
    const { token } = await loggedIn(worker, "alice", PASSWORDS.alice);
    await done(["sign-out", "alice"]);
    assert.equal(await me(worker, token), 401);
    const next = await loggedIn(worker, "alice", PASSWORDS.alice);
    assert.equal(await me(worker, next.token), 200);
  });

  test("one session is ended and the others continue", async () => {
    await done(["sign-out", "alice"]);
    const first = await loggedIn(worker, "alice", PASSWORDS.alice);
    const [session] = (await done(["sessions", "alice", "--json"]))
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const second = await loggedIn(worker, "alice", PASSWORDS.alice);
    await done(["sessions", "alice", "--end", session.id]);
    assert.equal(await me(worker, first.token), 401);
    assert.equal(await me(worker, second.token), 200);
    assert.equal((await done(["sessions", "alice"])).trimEnd().split("\n").length, 1);
  });

  test("a new password replaces the old password", async () => {
    await done(["set-password", "alice"], PASSWORDS.bob);
    await refused(PASSWORDS.alice);
    await loggedIn(worker, "alice", PASSWORDS.bob);
  });

  test("a disabled user does not log in until enabled", async () => {
    await done(["disable", "alice"]);
    await refused(PASSWORDS.bob);
    await done(["enable", "alice"]);
    await loggedIn(worker, "alice", PASSWORDS.bob);
  });

  test("a renamed user logs in only with the new name", async () => {
    const { token } = await loggedIn(worker, "alice", PASSWORDS.bob);
    await done(["rename", "alice", "alice.smith"]);
    assert.equal(await me(worker, token), 401);
    await refused(PASSWORDS.bob);
    await loggedIn(worker, "alice.smith", PASSWORDS.bob);
    const shown = JSON.parse(await done(["show", "alice.smith", "--json"]));
    assert.deepEqual([shown.id, shown.phone, shown.state], [1, "+4420", "active"]);
  });

  test("a removed user is unknown to the login and to the operator", async () => {
    const { token } = await loggedIn(worker, "alice.smith", PASSWORDS.bob);
    await done(["remove", "alice.smith", "--yes"]);
    assert.equal((await logIn(worker, "alice.smith", PASSWORDS.bob)).status, 401);
    assert.equal(await me(worker, token), 401);
    const { code, out, err } = await users(["show", "alice.smith"]);
    assert.equal(code, 1);
    assert.equal(out, "");
    assert.match(err, /^error: there is no user alice\.smith at [^\n]+\n$/);
  });

  test("more than a thousand users are listed, page after page", async () => {
    const names = Array.from({ length: 1203 }, (_, at) => `many-${String(at).padStart(4, "0")}`);
    const seed = (username, at) => JSON.stringify({ id: 1000 + at, username, hash_password: "x", phone: "" });
    await Promise.all(names.map((name, at) => worker.kv.put(`user:${name}`, seed(name, at))));
    const listed = (await done(["list", "--names", "--prefix", "many-", "--limit", "5000"])).trimEnd().split("\n");
    assert.deepEqual(listed, names);
  });

  test("a key that the Worker does not have is refused with a fix", async () => {
    const made = await portcullis(["keys", "operator", "--key", "other.json"]);
    assert.equal(made.code, 0, made.err);
    const { code, err } = await portcullis(["users", "list", "--url", worker.url, "--key", "other.json"]);
    assert.equal(code, 1);
    assert.match(err, /^error: \S+ refuses the operator's key \S+ of other\.json: [^\n]+OPERATOR_KEYS[^\n]+\n$/);
  });
});
