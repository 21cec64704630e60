// node bench/password.mjs [--rounds=9]: compares our check of a stored hash with hash-wasm, both in WASM in Node.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const harness = join(root, "..", "shared", "bench", "js");
if (!existsSync(harness)) throw new Error("the peers' harness, ../shared/bench/js, is not here");

const run = (command, args, cwd) => {
  const env = { ...process.env };
  delete env.RUSTFLAGS; // it would replace .cargo/config.toml's
  const { status } = spawnSync(command, args, { cwd, env, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
};

/** Builds the crate's WASM as for the Worker: with the same profile and wasm-opt. */
function build() {
  const target = join(root, "target", "bench-password");
  mkdirSync(target, { recursive: true });
  const sections = readFileSync(join(root, "Cargo.toml"), "utf8").split(/^(?=\[)/m);
  const profile = join(target, "profile.toml");
  writeFileSync(profile, sections.filter((section) => section.startsWith("[profile.release")).join(""));
  const triple = "wasm32-unknown-unknown";
  const crate = join(root, "bench", "password");
  const options = ["--release", "--locked", "--target", triple, "--target-dir", target, "--config", profile];
  run("cargo", ["build", ...options], crate);
  const built = join(target, triple, "release", "portcullis_bench_password.wasm");
  const optimised = join(target, "password.wasm");
  run(join(root, "node_modules", ".bin", "wasm-opt"), ["-O", "--all-features", built, "-o", optimised], root);
  return optimised;
}

const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-"));
const js = join(folder, "js");
try {
  const wasm = build();
  cpSync(harness, js, { recursive: true });
  run("chmod", ["-R", "u+w", js], folder); // the shared folder may be read-only
  run("npm", ["ci", "--silent", "--no-audit", "--no-fund"], js);
  cpSync(join(root, "bench", "password", "run.mjs"), join(js, "run-password.mjs"));
  run(process.execPath, ["run-password.mjs", `--wasm=${wasm}`, ...process.argv.slice(2)], js);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
