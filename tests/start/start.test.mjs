// `npm start` itself, in a separate checkout.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { lstatSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { copyCheckout, freePort, npmStart, portIsFree } from "./checkout.mjs";

const SERVES = /Portcullis is at (http:\/\/127\.0\.0\.1:\d+\/)/;

/** All files of a checkout except those that it shares with the real checkout. */
function* filesOf(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const info = lstatSync(path);
    if (info.isDirectory()) yield* filesOf(path);
    else if (info.isFile()) yield path;
  }
}

async function logIn(url, username, password) {
  const response = await fetch(`${url}login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  assert.equal(response.status, 200, await response.clone().text());
  return (await response.json()).token;
}

async function assertOpensMe(url, token) {
  const response = await fetch(`${url}me`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal((await response.json()).username, "admin");
}

// The tests run one after another, as a user would: each test continues from the previous one.
describe("npm start", { timeout: 120_000 }, () => {
  let checkout, port, url, first, username, password, token, running;
  before(async () => {
    checkout = copyCheckout();
    port = await freePort();
    url = `http://127.0.0.1:${port}/`;
  });
  after(async () => {
    await running?.end();
    checkout?.remove();
  });
  const start = () => (running = npmStart(checkout.folder, port));
  const portcullis = (...words) => {
    const { PORTCULLIS_OPERATOR_KEY, ...env } = process.env;
    const program = join(checkout.folder, "target", "cli", "portcullis");
    const options = {
      cwd: checkout.folder,
      encoding: "utf8",
      input: "a long password of bob",
      env: { ...env, PORTCULLIS_URL: url },
    };
    return spawnSync(program, words, options);
  };
  const devVars = () => join(checkout.folder, ".dev.vars");
  const secretKey = () => /^SECRET_KEY="([^"]*)"$/m.exec(readFileSync(devVars(), "utf8"))[1];

  test("prints a URL that answers, and the first user's name and password once", async () => {
    first = start();
    await first.until(SERVES);
    assert.equal(SERVES.exec(first.output())[1], url);
    assert.equal((await fetch(url)).status, 200);
    assert.equal((await fetch(`${url}healthz`)).status, 200);
    username = /username +(\S+)/.exec(first.output())[1];
    password = /password +([A-Za-z0-9]{20,})/.exec(first.output())[1];
    assert.equal(username, "admin");
    assert.equal(first.output().split(password).length, 2, "the password is printed once");
  });

  test("accepts the password at a login, and the token at /me", async () => {
    token = await logIn(url, username, password);
    await assertOpensMe(url, token);
  });

  test("writes a SECRET_KEY to .dev.vars that is long enough and readable only by its owner", () => {
    assert.ok(secretKey().length >= 64);
    if (process.platform !== "win32") assert.equal(statSync(devVars()).mode & 0o777, 0o600);
    assert.ok(!first.output().includes(secretKey()));
  });

  test("makes a key of a local operator, with which the command line lists the users", () => {
    const keyFile = join(checkout.folder, ".portcullis", "operator.json");
    const { kid, d } = JSON.parse(readFileSync(keyFile, "utf8"));
    if (process.platform !== "win32") assert.equal(statSync(keyFile).mode & 0o777, 0o600);
    const [, set] = /^OPERATOR_KEYS='([^']*)'$/m.exec(readFileSync(devVars(), "utf8"));
    assert.deepEqual(
      JSON.parse(set).keys.map((key) => [key.kid, key.d]),
      [[kid, undefined]],
    );
    assert.ok(!first.output().includes(d));
    // There is no option for the URL: PORTCULLIS_URL sets it, because the port is random here.
    const listed = portcullis("users", "list", "--json");
    assert.equal(listed.status, 0, listed.stderr);
    const [user, ...more] = listed.stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual([user.username, user.id, more], ["admin", 4294967296, []]);
  });

  test("numbers the users that are added after the first user", () => {
    const added = portcullis("users", "add", "bob");
    assert.equal(added.status, 0, added.stderr);
    assert.match(added.stdout, /^Added bob with number 4294967297, /);
  });

  test("leaves a configuration in which the doctor finds no problem", () => {
    const doctor = spawnSync(join(checkout.folder, "target", "cli", "portcullis"), ["doctor", "--json"], {
      cwd: checkout.folder,
      encoding: "utf8",
    });
    assert.equal(doctor.status, 0, doctor.stderr);
    assert.deepEqual(JSON.parse(doctor.stdout).findings, []);
  });

  test("stores neither the password nor the secret key in plain text anywhere else", () => {
    let count = 0;
    for (const path of filesOf(checkout.folder)) {
      const content = readFileSync(path);
      assert.ok(!content.includes(password), `the password is in ${path}`);
      if (path !== devVars()) assert.ok(!content.includes(secretKey()), `SECRET_KEY is in ${path}`);
      count += 1;
    }
    assert.ok(count > 100, `${count} files`);
  });

  test("refuses a second start in the same folder, on any port", async () => {
    const second = npmStart(checkout.folder, await freePort());
    assert.equal(await second.ended, 1);
    assert.match(second.output(), /npm start already runs in this folder \(process \d+\)/);
    assert.doesNotMatch(second.output(), SERVES);
    await assertOpensMe(url, token);
  });

  test("keeps no log of wrangler, because such a log would grow with each request", () => {
    const logs = [...filesOf(join(checkout.folder, ".wrangler"))].filter((path) => path.endsWith(".log"));
    assert.deepEqual(logs, []);
  });

  test("ends at Ctrl-C and frees the port", async () => {
    assert.equal(await first.end(), 0);
    assert.ok(!first.output().includes("    at "), first.output());
    assert.equal(await portIsFree(port), true);
  });

  test("keeps the user, the password and the tokens when it starts again, and does not print the password", async () => {
    const second = start();
    await second.until(SERVES);
    assert.match(second.output(), /The first user exists/);
    assert.doesNotMatch(second.output(), /password +[A-Za-z0-9]{20,}/);
    assert.ok(!second.output().includes(password));
    await assertOpensMe(url, token);
    await assertOpensMe(url, await logIn(url, username, password));
    assert.equal(readFileSync(devVars(), "utf8").match(/OPERATOR_KEYS/g).length, 1);
    assert.equal(portcullis("users", "list").status, 0);
    assert.equal(await second.end(), 0);
  });

  test("ends with a message when workerd has died", async () => {
    const third = start();
    await third.until(SERVES);
    const { stdout } = spawnSync("ps", ["-A", "-o", "ppid=,pid=,comm="], { encoding: "utf8" });
    const all = stdout.split("\n").map((line) => line.trim().split(/ +/));
    const children = (parent) => all.filter(([ppid]) => ppid === String(parent));
    const under = (parent) => children(parent).flatMap((child) => [child, ...under(child[1])]);
    const runtimes = under(third.pid).filter(([, , name]) => name.endsWith("workerd"));
    assert.ok(runtimes.length > 0, "workerd runs");
    process.kill(Number(runtimes[0][1]), "SIGKILL");
    assert.equal(await third.ended, 1);
    assert.match(third.output(), /workerd, which runs the Worker, has ended\. Start again: npm start/);
    assert.equal(await portIsFree(port), true);
  });

  test("creates the first user in the store that the id for USERS in wrangler.toml selects", async () => {
    const path = join(checkout.folder, "wrangler.toml");
    const text = readFileSync(path, "utf8");
    const lines = text.split("\n").filter((line) => !/^(preview_)?id\s*=/.test(line));
    const id = `id = "${"0123456789abcdef".repeat(2)}"`;
    // The objects stay when the KV namespace changes: the object of `admin` keeps its password.
    const state = join(checkout.folder, ".wrangler", "state");
    renameSync(state, `${state}-before`);
    writeFileSync(
      path,
      lines.join("\n").replace('binding = "USERS"', (found) => `${found}\n${id}`),
    );
    const named = start();
    await named.until(SERVES);
    await logIn(url, "admin", /password +([A-Za-z0-9]{20,})/.exec(named.output())[1]);
    assert.equal(await named.end(), 0);
    rmSync(state, { recursive: true });
    renameSync(`${state}-before`, state);
    writeFileSync(path, text);
  });

  test("reports a port that is in use in plain words", async () => {
    const other = createServer();
    await new Promise((resolve) => other.listen(port, "127.0.0.1", resolve));
    try {
      const third = start();
      assert.equal(await third.ended, 1);
      assert.match(third.output(), new RegExp(`Port ${port} is taken`));
      assert.match(third.output(), /--port \d+/);
      assert.doesNotMatch(third.output(), / {4}at |Error:/);
    } finally {
      await new Promise((resolve) => other.close(resolve));
    }
  });

  test("reports a SECRET_KEY that is too short in plain words, and soon", async () => {
    writeFileSync(devVars(), 'SECRET_KEY="much-too-short"\n');
    const since = performance.now();
    const last = start();
    assert.equal(await last.ended, 1);
    const seconds = (performance.now() - since) / 1000;
    assert.ok(seconds < 20, `${seconds} s`);
    assert.match(last.output(), /SECRET_KEY is too short/);
    assert.match(last.output(), /\.dev\.vars/);
    assert.doesNotMatch(last.output(), SERVES);
    assert.doesNotMatch(last.output(), /much-too-short| {4}at |\{"/);
    assert.ok(last.output().trim().split("\n").length < 9, last.output());
    assert.equal(await portIsFree(port), true);
    assert.match(
      readFileSync(devVars(), "utf8"),
      /^SECRET_KEY="much-too-short"\nOPERATOR_KEYS=/,
      "a key that is there stays",
    );
  });
});
