// `npm run lint`: formatting, clippy for every feature that is built, and the documentation.
// With --quick, for `npm run check`: without what is compiled for WebAssembly, and without the documentation.
import { checkMachine, wasmTarget } from "../lib/setup.mjs";
import { inRoot } from "../lib/paths.mjs";
import { run } from "../lib/run.mjs";
import { WASM_TARGET, cargoEnv, locked } from "../lib/toolchain.mjs";
import { PlainError, begin, main, say } from "../lib/ui.mjs";

const clippy = (...args) => ["cargo", "clippy", ...locked, ...args, "--", "-D", "warnings"];
const wasm = (name, ...args) => clippy("--package", name, "--target", WASM_TARGET, ...args);
const warnings = { RUSTDOCFLAGS: "-Dwarnings" };
const isSlow = ([, command]) => command.includes(WASM_TARGET) || command[1] === "doc";

const checks = [
  ["cargo fmt", ["cargo", "fmt", "--check"]],
  ["cargo fmt, tools", ["cargo", "fmt", "--check"], { cwd: inRoot("tools") }],
  ["cargo fmt, fuzz", ["cargo", "fmt", "--check"], { cwd: inRoot("fuzz") }],
  ["clippy, core", clippy("--package", "portcullis", "--no-default-features", "--lib")],
  ["clippy, core and command line", clippy("--all-targets")],
  ["clippy, npm package", wasm("portcullis-wasm-*", "--lib")],
  ["clippy, tests in browsers", wasm("portcullis", "--test", "web")],
  ["clippy, worker", wasm("portcullis-worker")],
  ["clippy, worker with panic-route", wasm("portcullis-worker", "--features", "panic-route")],
  ["cargo doc", ["cargo", "doc", "--no-deps", ...locked], { env: cargoEnv(warnings) }],
];

await main(async () => {
  checkMachine();
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
  if (failed > 0) throw new PlainError(`${failed} of ${checks.length} checks failed.`);
});
