// Makes the secret key and the first user of a local Worker. Also builds the command line, which takes as long to
// compile as the Worker; a first start does not need it.
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
// 2^32, the first number that the Worker assigns itself. An import cannot contain it, because Flask numbered its users
// from 1. The Worker skips a number that KV already has.
// tests/worker/rust-numbers.test.mjs compares it with the core's.
const FIRST_USER_ID = "4294967296";

/** Adds SECRET_KEY and IDENTITY_SECRET to .dev.vars if it has no SECRET_KEY. Its other lines stay. */
export function ensureSecretKey() {
  const path = inRoot(".dev.vars");
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (/^\s*(export\s+)?SECRET_KEY\s*=\s*\S/m.test(text)) return false;
  const gap = text === "" || text.endsWith("\n") ? "" : "\n";
  const secrets = ["SECRET_KEY", ...(/^\s*(export\s+)?IDENTITY_SECRET\s*=/m.test(text) ? [] : ["IDENTITY_SECRET"])];
  const lines = secrets.map((name) => `${name}="${randomBytes(64).toString("base64url")}"\n`);
  writeFileSync(path, `${text}${gap}${lines.join("")}`, { mode: 0o600 });
  chmodSync(path, 0o600); // The mode above only applies to a new file.
  return true;
}

/** A new password without characters that look alike: 24 of 56 letters, which is 139 bits. */
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
    // `cargo test` builds the program with other features of its dependencies and overwrites it. A copy does not
    // change, so the stamp stays valid.
    mkdirSync(dirname(portcullisProgram), { recursive: true });
    rmSync(portcullisProgram, { force: true }); // A running program can be replaced but not written to.
    copyFileSync(inRoot("target", "debug", "portcullis"), portcullisProgram);
  },
});

/**
 * The first user's KV entries, as `portcullis users add --print` writes them. The entry of the number is last, so that
 * it never points to a record that was not written.
 */
export async function userRecord(password, now = Math.floor(Date.now() / 1000)) {
  const { hashPassword } = await import("portcullis/password"); // Imported here because it has to be built first.
  const record = {
    id: Number(FIRST_USER_ID),
    username: FIRST_USER,
    hash_password: hashPassword(password),
    phone: "",
    tokens_valid_from: now, // Rejects tokens of an earlier first user.
  };
  return [
    { key: `user:${FIRST_USER}`, value: JSON.stringify(record) },
    { key: `id:${FIRST_USER_ID}`, value: FIRST_USER },
  ];
}

/** The id under which `wrangler dev` keeps the users: the config's id, or the binding's name if there is none. */
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

/** Opens the KV namespace that `wrangler dev` reads, with the same folder and id as wrangler, and runs `work` on it. */
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

/** Makes the first user if there is none. Returns the name and the password only if it made the user. */
export function ensureFirstUser() {
  return withUsers(async (users) => {
    const { keys } = await users.list({ prefix: "user:", limit: 1 });
    if (keys.length > 0) return undefined;
    const password = newPassword();
    for (const { key, value } of await userRecord(password)) await users.put(key, value);
    return { username: FIRST_USER, password };
  });
}
