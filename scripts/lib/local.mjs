// What a local Worker needs besides its code: a secret key, and a first user to log in as. And the
// command line, which a first start does not need: it takes as long to compile as the Worker.
import { randomBytes, randomInt } from "node:crypto";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Step } from "./graph.mjs";
import { inRoot, stateDir } from "./paths.mjs";
import { run } from "./run.mjs";
import { Stamp, filesUnder } from "./stamp.mjs";
import { cargoEnv, checkNative, checkRust, locked } from "./toolchain.mjs";
import { PlainError } from "./ui.mjs";

const FIRST_USER = "admin";
// 2^32, the first of the numbers that the Worker gives itself: an import of users, which Flask numbered
// from 1, cannot contain it. The Worker skips a number that KV has.
// tests/worker/rust-numbers.test.mjs compares it with the core's.
const FIRST_USER_ID = "4294967296";

/** Adds SECRET_KEY to .dev.vars where that has none, and IDENTITY_SECRET with it; whatever else it holds stays. */
export function ensureSecretKey() {
  const path = inRoot(".dev.vars");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (/^\s*(export\s+)?SECRET_KEY\s*=\s*\S/m.test(text)) return false;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  const secrets = ["SECRET_KEY", ...(/^\s*(export\s+)?IDENTITY_SECRET\s*=/m.test(text) ? [] : ["IDENTITY_SECRET"])];
  const lines = secrets.map((name) => `${name}="${randomBytes(64).toString("base64url")}"\n`);
  writeFileSync(path, `${text}${gap}${lines.join("")}`, { mode: 0o600 });
  chmodSync(path, 0o600); // The mode above is only for a file that is new.
  return true;
}

/** Without characters that are taken for one another. 24 of 56 make 139 bits. */
function newPassword() {
  const letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  return Array.from({ length: 24 }, () => letters[randomInt(letters.length)]).join("");
}

/** The command line `portcullis`. */
export const portcullisProgram = inRoot("target", "cli", "portcullis");

export const commandLine = new Step({
  label: "portcullis command line",
  stamp: new Stamp(
    inRoot("target", "stamps", "cli"),
    () => ({ files: filesUnder(["Cargo.toml", "Cargo.lock", "src", "crates/cli"]), values: [checkRust()] }),
    ["target/cli/portcullis"],
  ),
  run: async () => {
    checkNative();
    const build = ["cargo", "build", "--package", "portcullis-cli", "--bin", "portcullis", ...locked];
    await run(build, { env: cargoEnv(), log: "cli" });
    // `cargo test` builds the program with other features of its dependencies and puts it where this
    // build did. A copy of our own stays as it is, and the stamp with it.
    mkdirSync(dirname(portcullisProgram), { recursive: true });
    rmSync(portcullisProgram, { force: true }); // A program that is running can be replaced but not written to.
    copyFileSync(inRoot("target", "debug", "portcullis"), portcullisProgram);
  },
});

/** What KV holds of the first user, as `portcullis users add --print` writes it: the name under the number last. */
export async function userRecord(password, now = Math.floor(Date.now() / 1000)) {
  const { hashPassword } = await import("portcullis/password"); // Not before the npm package is built.
  const record = {
    id: Number(FIRST_USER_ID),
    username: FIRST_USER,
    hash_password: hashPassword(password),
    phone: "",
    tokens_valid_from: now, // Tokens of a first user before this one are not for this one.
  };
  return [
    { key: `user:${FIRST_USER}`, value: JSON.stringify(record) },
    { key: `id:${FIRST_USER_ID}`, value: FIRST_USER },
  ];
}

/** The id under which `wrangler dev` keeps the users: the binding's name where the config has none. */
async function usersId() {
  const { unstable_readConfig: readConfig } = await import("wrangler");
  let config;
  try {
    config = readConfig({ config: inRoot("wrangler.toml") }, { hideWarnings: true });
  } catch (error) {
    throw new PlainError(`wrangler.toml: ${error.message}`);
  }
  const users = config.kv_namespaces.find(({ binding }) => binding === "USERS");
  return users?.preview_id ?? users?.id ?? "USERS";
}

/** The KV namespace that `wrangler dev` reads, opened the way wrangler opens it: folder and id. */
async function withUsers(work) {
  const { Miniflare, Log, LogLevel } = await import("miniflare");
  const miniflare = new Miniflare({
    script: "",
    modules: true,
    cf: false,
    telemetry: { enabled: false },
    log: new Log(LogLevel.NONE),
    kvNamespaces: { USERS: await usersId() },
    kvPersist: join(stateDir, "v3", "kv"),
  });
  try {
    return await work(await miniflare.getKVNamespace("USERS"));
  } finally {
    await miniflare.dispose();
  }
}

/** Makes the first user where there is none; its name and password are returned that one time only. */
export function ensureFirstUser() {
  return withUsers(async (users) => {
    const { keys } = await users.list({ prefix: "user:", limit: 1 });
    if (keys.length > 0) return undefined;
    const password = newPassword();
    for (const { key, value } of await userRecord(password)) await users.put(key, value);
    return { username: FIRST_USER, password };
  });
}
