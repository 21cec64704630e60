// The Flask application that is migrated: its database, its users' hashes, and a function that runs the command line.

import { execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vectors } from "../support/vectors.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const config = join(root, "wrangler.toml");

/** The folder for the test's files; `remove()` deletes it. */
export function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-migration-"));
  return { folder, state: join(folder, "state"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Known answers: the default hash of "correct horse" in each version of werkzeug, and its other methods. */
const KNOWN = {
  "werkzeug-0.8": "sha1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8",
  "werkzeug-0.9": "pbkdf2:sha1:1000$abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558",
  "werkzeug-1.0": "pbkdf2:sha256:150000$abcdefgh$dd97a7ee1b632d42d50cb5bdf8cd2341fec3035e1b589654fe5734f6a5ae0204",
  "werkzeug-2.0":
    "pbkdf2:sha256:260000$abcdefghijklmnop$2e28efc23df05f3696d525a59eef7d0e2897ead43152dedc07d94f6c09f910ec",
  "werkzeug-2.3":
    "pbkdf2:sha256:600000$abcdefghijklmnop$0d1a4641f1a9aad40c6e7dc993181b8ac3db35a661fe79bae81fe32cf3306dce",
  "werkzeug-3.0":
    "scrypt:32768:8:1$abcdefghijklmnop$81b59dde9d092f718dfb03433d8da9c3665fd3041418559f01d92623eda9e66a" +
    "6205e9230bf16318717746682357b4a1774d75dde137aea408fcfb874e777296",
  "Small.Scrypt":
    "scrypt:1024:8:1$abcdefghijklmnop$830444a8d7134ea2f83f355be7a0331de3180cef130f6251e5d5f107cef1c824" +
    "6a75fd75f3504b99e17e06c8a371500855e79449c19707b341fca05ecde9c382",
  "Salted": "sha256$abcdefgh$d897043995e35ed9dbb0d7fd6f8eeeed727b7ab09d1352cb9909cfa6a7a706c5",
  "unsalted": "sha256$$4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631",
};

const known = Object.entries(KNOWN).map(([username, hash_password]) => ({
  username,
  hash_password,
  password: "correct horse",
}));

/** The hashes of the peers' vectors too, if they exist. A password in clear text is not a hash. */
function peers() {
  const cases = vectors("peers", "werkzeug.json")?.cases ?? [];
  const right = new Map(cases.filter(({ expect }) => expect === true).map((one) => [one.hash, one]));
  const hashed = [...right.values()].filter(({ hash }) => !hash.startsWith("plain$"));
  return hashed.map(({ hash, password, werkzeug }, i) => ({
    username: `peer-${werkzeug}-${i}`,
    hash_password: hash,
    password,
  }));
}

/** The users whose passwords work; their ids count from 1. */
export const users = [...known, ...peers()].map((user, i) => ({
  id: i + 1,
  phone: `+44 20 7946 ${String(i).padStart(4, "0")}`,
  ...user,
}));

const scrypt = KNOWN["werkzeug-3.0"];

/** The users who cannot be imported, and the reason. */
export const lost = [
  { username: "cut-off", hash_password: scrypt.slice(0, 120), code: "hash_cut" },
  { username: "in-clear", hash_password: "plain$$correct horse", code: "hash_plain" },
  {
    username: "bcrypted",
    hash_password: "$2b$12$C6UzMDM.H6dfI/f/IKxGhuQ0RpmSRZ8bCNPJ4lZ3AoQDkCSR4c9pS",
    code: "hash_unknown",
  },
  { username: "SALTED", hash_password: KNOWN.Salted, code: "name_taken" },
  { username: "x".repeat(81), hash_password: KNOWN.Salted, code: "name_too_long" },
].map((user, i) => ({ id: 1000 + i, phone: "", ...user }));

/** The application's database: the tutorial's table with these users. */
export function makeDatabase(path, users) {
  const program = join(root, "target", "debug", "examples", "flask_database");
  const lines = users.map(
    ({ id, username, hash_password, phone }) => `${JSON.stringify({ id, username, hash_password, phone })}\n`,
  );
  return new Promise((resolve, reject) => {
    const child = spawn(program, [path], { stdio: ["pipe", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`flask_database ended with ${code}`))));
    child.stdin.on("error", () => {}); // Then the process exits with another code.
    child.stdin.end(lines.join(""));
  });
}

/** Runs the built command line in a folder. Returns `{ code, stdout, stderr }`. */
export function portcullis(folder, arguments_, env = {}) {
  const options = { cwd: folder, maxBuffer: 64 << 20, env: { ...process.env, NO_COLOR: "1", ...env } };
  return new Promise((resolve) => {
    execFile(join(root, "target", "cli", "portcullis"), arguments_, options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

/** The options that name the project's config and the state of the test. */
export const inState = (state) => ["--config", config, "--persist-to", state];
