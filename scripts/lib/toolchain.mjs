// Checks the programs that a build needs on the machine, and says how to get a missing program.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { which } from "./run.mjs";
import { PlainError } from "./ui.mjs";

export const MIN_RUST = [1, 91];
export const WASM_TARGET = "wasm32-unknown-unknown";

const atLeast = (version, [major, minor]) => version[0] > major || (version[0] === major && version[1] >= minor);
const output = (command, ...args) => {
  const { status, stdout } = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return status === 0 ? stdout.trim() : undefined;
};
const rustHelp = `Get it from https://rustup.rs/, or with rustup in place: rustup update stable`;

let rust;

/** The compiler's full version text; it is one of the inputs of every build. */
export function checkRust() {
  if (rust) return rust;
  if (!which("cargo", "cargo.exe")) throw new PlainError(`Rust's cargo was not found on the PATH. ${rustHelp}`);
  const text = output("rustc", "-vV");
  const version = text && /^release: (\d+)\.(\d+)/m.exec(text)?.slice(1).map(Number);
  if (!version) throw new PlainError(`Rust's compiler (rustc) does not run. ${rustHelp}`);
  if (!atLeast(version, MIN_RUST)) {
    throw new PlainError(`Rust ${MIN_RUST.join(".")} or newer is needed; this is ${version.join(".")}. ${rustHelp}`);
  }
  rust = text;
  return text;
}

export const sysroot = () => output("rustc", "--print", "sysroot");

export function hasWasmTarget() {
  const path = output("rustc", "--print", "target-libdir", "--target", WASM_TARGET);
  return path !== undefined && existsSync(path);
}

export function addWasmTarget() {
  if (!which("rustup", "rustup.exe")) {
    throw new PlainError(
      `This Rust has no ${WASM_TARGET} target and was not installed by rustup, which would add it.\n` +
        "Install Rust from https://rustup.rs/, or your distribution's package for that target.",
    );
  }
  const { status, stderr } = spawnSync("rustup", ["target", "add", WASM_TARGET], {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status !== 0 || !hasWasmTarget()) {
    throw new PlainError(
      `rustup could not add the ${WASM_TARGET} target:\n${stderr.trim()}\n` +
        "Its server may be out of reach. Nothing can be built for WebAssembly until this command works:\n" +
        `  rustup target add ${WASM_TARGET}`,
    );
  }
}

/** A C compiler links every Rust program; OpenSSL's headers are for worker-build. */
export function checkNative({ openssl = false } = {}) {
  const lacking = [];
  if (!which("cc", "gcc", "clang")) lacking.push("a C compiler (cc)");
  if (openssl && process.platform === "linux" && !process.env.OPENSSL_DIR && !process.env.OPENSSL_LIB_DIR) {
    if (!which("pkg-config", "pkgconf")) lacking.push("pkg-config", "OpenSSL's headers");
    else if (output(which("pkg-config", "pkgconf"), "--exists", "--print-errors", "openssl") === undefined) {
      lacking.push("OpenSSL's headers");
    }
  }
  if (lacking.length > 0) {
    throw new PlainError(
      `Not found: ${lacking.join(", ")}. On Debian and Ubuntu:\n` +
        "  apt-get install build-essential pkg-config libssl-dev",
    );
  }
}

/** The environment for cargo, without the variables of the machine that would change the build. */
export function cargoEnv(extra = {}) {
  const env = { ...process.env, CARGO_TERM_COLOR: "never", ...extra };
  if (process.env.CI) env.CARGO_INCREMENTAL = "0"; // Incremental files only help a second build.
  for (const name of ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET", "CARGO_BUILD_RUSTFLAGS"]) {
    if (!(name in extra)) delete env[name];
  }
  if (!("CARGO_TARGET_DIR" in extra)) delete env.CARGO_TARGET_DIR;
  return env;
}

/** In CI the lockfile must be complete; on a developer's machine cargo may update it. */
export const locked = process.env.CI ? ["--locked"] : [];
