// `portcullis users import --local` with the real wrangler and its Miniflare.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { eventually } from "../support/wait.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const program = join(root, "target", "cli", "portcullis");
const wrangler = join(root, "node_modules", ".bin", "wrangler");
const HASH = "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558";
const quiet = {
  ...process.env,
  NO_COLOR: "1",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
};

/** The pairs in KV for `count` users. */
const records = (count) =>
  Array.from({ length: count }, (_, i) => ({
    id: i + 1,
    username: `user${i + 1}`,
    hash_password: HASH,
    phone: `${i + 1}`,
  }));

describe("an import into the local KV", { timeout: 300_000 }, () => {
  let folder;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "portcullis-import-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** A project in its own folder, with a number of users to import. */
  function project(name, count, namespace = "") {
    const state = join(folder, `${name}-state`);
    const config = join(folder, `${name}.toml`);
    writeFileSync(
      config,
      `name = "portcullis"\ncompatibility_date = "2026-04-26"\n[[kv_namespaces]]\nbinding = "USERS"\n${namespace}`,
    );
    const users = join(folder, `${name}.jsonl`);
    writeFileSync(
      users,
      records(count)
        .map((user) => `${JSON.stringify(user)}\n`)
        .join(""),
    );
    const out = join(folder, `${name}-out`);
    const from = [
      "users",
      "import",
      "--from",
      users,
      "--out",
      out,
      "--apply",
      "--quiet",
      "--persist-to",
      state,
      "--config",
      config,
    ];
    const kv = async (...command) => {
      const place = ["--local", "--persist-to", state, "--config", config, "--binding", "USERS"];
      const { stdout } = await promisify(execFile)(wrangler, ["kv", ...command, ...place], {
        cwd: folder,
        env: quiet,
        maxBuffer: 64 << 20,
      });
      return stdout;
    };
    return { state, from, kv };
  }
  // The folder is in this project, so that the command line finds the wrangler of this project.
  const options = { cwd: root, env: quiet };

  /** Checks that wrangler reads the imported users. */
  async function holdsAll({ kv }, count, ...more) {
    const keys = join(folder, "keys.json");
    const expected = new Map(
      records(count).flatMap((user) => [
        [`user:${user.username}`, user],
        [`id:${user.id}`, user.username],
      ]),
    );
    const names = [...expected.keys()];
    for (let i = 0; i < names.length; i += 1000) {
      writeFileSync(keys, JSON.stringify(names.slice(i, i + 1000)));
      const printed = await kv("bulk", "get", keys, ...more);
      const found = JSON.parse(printed.slice(printed.indexOf("{"), printed.lastIndexOf("}") + 1));
      for (const name of names.slice(i, i + 1000)) {
        const { value } = found[name];
        assert.deepEqual(name.startsWith("user:") ? JSON.parse(value) : value, expected.get(name), name);
      }
    }
  }

  test("writes to the namespace that wrangler chooses, so that wrangler reads the users", async () => {
    for (const [name, namespace, ...more] of [
      ["without-id", ""],
      ["with-id", 'id = "0123456789abcdef0123456789abcdef"'],
      [
        "with-preview",
        'id = "0123456789abcdef0123456789abcdef"\npreview_id = "fedcba9876543210fedcba9876543210"',
        "--preview",
      ],
    ]) {
      const one = project(name, 3, namespace);
      const { stderr } = await promisify(execFile)(program, one.from, options);
      assert.equal(stderr, "", "Miniflare is found");
      await holdsAll(one, 3, ...more);
      const listed = JSON.parse(await one.kv("key", "list", ...more));
      assert.deepEqual(
        listed.map(({ name }) => name),
        ["id:1", "id:2", "id:3", "user:user1", "user:user2", "user:user3"],
      );
      assert.ok(
        listed.every((key) => Object.keys(key).length === 1),
        "no expiration and no metadata",
      );
      const alice = await one.kv("key", "get", "user:user1", ...more);
      assert.deepEqual(JSON.parse(alice), records(1)[0]);
    }
  });

  test("is complete after kill -9 and another run right after it", async () => {
    const one = project("killed", 2000);
    const blobs = join(one.state, "v3", "kv", "USERS", "blobs");
    const values = () => {
      try {
        return readdirSync(blobs).length;
      } catch {
        return 0; // No value is put yet.
      }
    };
    const killed = spawn(program, one.from, { ...options, stdio: "ignore" });
    const ended = new Promise((resolve) => killed.once("close", (_code, signal) => resolve(signal)));
    await eventually(() => values() > 300, "some values are put", 60_000);
    killed.kill("SIGKILL");
    assert.equal(await ended, "SIGKILL");
    assert.ok(values() < 4000, "it was killed in the middle");
    await promisify(execFile)(program, one.from, options);
    await holdsAll(one, 2000);
  });
});
