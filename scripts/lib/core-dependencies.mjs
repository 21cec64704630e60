// Fails if the core, with any of its features, depends on a crate that has a binding, a clock, randomness or I/O.
// Callers of the core pass the time and random bytes. cargo-deny (deny.toml) has one list for the whole workspace, so
// it cannot express this rule.
import { spawnSync } from "node:child_process";
import { root } from "./paths.mjs";
import { locked } from "./toolchain.mjs";

const FORBIDDEN = {
  "a binding": ["clap", "js-sys", "serde-wasm-bindgen", "wasm-bindgen", "wasm-bindgen-futures", "web-sys", "worker"],
  // rand_core is allowed: it has only traits, which the signature crates use.
  "a source of randomness": ["fastrand", "getrandom", "rand", "rand_chacha"],
  // chrono is allowed because jwt-compact uses it without its feature `clock`, which would add iana-time-zone.
  "a clock": ["iana-time-zone", "jiff", "time"],
  "I/O": ["mio", "rusqlite", "socket2", "tokio", "ureq"],
};
const kinds = new Map(Object.entries(FORBIDDEN).flatMap(([kind, names]) => names.map((name) => [name, kind])));

const tree = ["--package", "portcullis", "--edges", "normal", "--all-features", "--target", "all", "--prefix", "none"];
const { status, stdout, stderr } = spawnSync("cargo", ["tree", ...locked, ...tree], { cwd: root, encoding: "utf8" });
if (status !== 0) {
  console.error(stderr);
  process.exit(1);
}

const crates = new Set(stdout.split("\n").map((line) => line.split(" ")[0]));
const found = [...crates].filter((name) => kinds.has(name));
for (const name of found) {
  console.error(
    `The core depends on ${name}, which is ${kinds.get(name)}. Fix: move the code that needs it into a crate under ` +
      `crates/, or turn off the feature that brings it in. See: cargo tree -p portcullis -e normal --all-features ` +
      `--target all -i ${name}`,
  );
}
if (found.length > 0) process.exit(1);
if (!crates.has("portcullis")) {
  console.error("cargo tree did not list the core. Fix: adapt scripts/lib/core-dependencies.mjs to its output.");
  process.exit(1);
}
