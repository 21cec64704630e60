// `npm run lint`: formatting, clippy for every feature that is built, the documentation, JavaScript, and the rules for
// dependencies.
// With --quick, for `npm run check`, it skips the code that is compiled for WebAssembly and the documentation.
import { checkMachine, npmPackages, wasmTarget } from "../lib/setup.mjs";
import { inRoot, nodeProgram } from "../lib/paths.mjs";
import { run, which } from "../lib/run.mjs";
import { WASM_TARGET, cargoEnv, locked } from "../lib/toolchain.mjs";
import { PlainError, begin, main, say, warn } from "../lib/ui.mjs";

const clippy = (...args) => ["cargo", "clippy", ...locked, ...args, "--", "-D", "warnings"];
const wasm = (name, ...args) => clippy("--package", name, "--target", WASM_TARGET, ...args);
const biome = nodeProgram("@biomejs", "biome", "bin", "biome");
const warnings = { RUSTDOCFLAGS: "-Dwarnings" };
const isSlow = ([, command]) => command.includes(WASM_TARGET) || command[1] === "doc";

const checks = [
  ["cargo fmt", ["cargo", "fmt", "--all", "--check"]],
  ["cargo fmt, tools", ["cargo", "fmt", "--check"], { cwd: inRoot("tools") }],
  ["cargo fmt, fuzz", ["cargo", "fmt", "--check"], { cwd: inRoot("fuzz") }],
  ["cargo fmt, example of axum", ["cargo", "fmt", "--check"], { cwd: inRoot("examples", "axum") }],
  ["clippy, core", clippy("--package", "portcullis", "--no-default-features", "--lib")],
  ["clippy, core and command line", clippy("--package", "portcullis", "--package", "portcullis-cli", "--all-targets")],
  ["clippy, npm package", wasm("portcullis-wasm-*", "--lib")],
  ["clippy, tests in browsers", wasm("portcullis", "--test", "web")],
  ["clippy, worker", wasm("portcullis-worker")],
  ["clippy, worker with panic-route", wasm("portcullis-worker", "--features", "panic-route")],
  ["cargo doc", ["cargo", "doc", "--no-deps", "--package", "portcullis", ...locked], { env: cargoEnv(warnings) }],
  ["biome: JavaScript, CSS and JSON", [...biome, "ci", "--colors=off", "--error-on-warnings"]],
  ["dependencies of the core", [process.execPath, inRoot("scripts", "lib", "core-dependencies.mjs")]],
];

// cargo-deny takes minutes to build, so no script installs it, and a run without it does not fail, not even .ci/run on
// a new machine. Advisories are left out, because they come from the network and change without a commit. A separate
// job of the forge's workflow checks everything.
const cargoDeny = which("cargo-deny", "cargo-deny.exe");
if (cargoDeny) checks.push(["cargo deny", [cargoDeny, "--workspace", "check", "bans", "licenses", "sources"]]);

await main(async () => {
  checkMachine();
  await npmPackages.make();
  await wasmTarget.make();
  let failed = 0;
  if (process.argv.includes("--quick")) checks.splice(0, Infinity, ...checks.filter((check) => !isSlow(check)));
  for (const [label, command, options = {}] of checks) {
    const end = begin(label);
    try {
      await run(command, { env: cargoEnv(), log: `lint-${label.replaceAll(/\W+/g, "-")}`, label, ...options });
      end(true);
    } catch (error) {
      end(false);
      say(error.message);
      failed += 1;
    }
  }
  if (!cargoDeny) warn("! cargo deny: SKIPPED, not found. Install it with: cargo install --locked cargo-deny");
  if (failed > 0) throw new PlainError(`${failed} of ${checks.length} checks failed.`);
});
