// node fuzz/wasm.mjs [seconds for each target, 60]: runs the checks in the shipped WebAssembly with SIMD. Replays the
// committed inputs and those that guided runs found in corpus/, then mutates them at random.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const seconds = Number(process.argv[2] ?? 60);
const targets = ["claims", "compact", "hash", "header", "jwk", "account", "legacy", "p256", "refresh_token", "rsa"];

const build =
  "rustc --release --lib --crate-type cdylib --target wasm32-unknown-unknown --config profile.release.debug=false";
const { status } = spawnSync("cargo", build.split(" "), {
  cwd: here,
  stdio: "inherit",
  env: {
    ...process.env,
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: "-Ctarget-feature=+simd128 -Cdebug-assertions",
  },
});
if (status !== 0) process.exit(1);

const wasm = readFileSync(join(here, "target/wasm32-unknown-unknown/release/portcullis_fuzz.wasm"));
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm));
const room = exports.room();
let checks = 0;

function check(target, bytes) {
  if (bytes.length > room) return;
  new Uint8Array(exports.memory.buffer, exports.input(), room).set(bytes);
  try {
    exports.check(targets.indexOf(target), bytes.length);
  } catch (error) {
    const folder = join(here, "artifacts", target);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "wasm"), bytes);
    console.error(`${target}: a promise is broken by ${join(folder, "wasm")}`);
    throw error;
  }
  checks += 1;
}

// xorshift32, so that a run can be repeated.
let state = 0x9e3779b9;
function random(below) {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
}

const files = (folder) =>
  existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(join(folder, name))) : [];
const words = readFileSync(join(here, "tokens.dict"), "latin1")
  .split("\n")
  .filter((line) => line.startsWith('"'))
  .map((line) =>
    line
      .slice(1, -1)
      .replaceAll(/\\x(..)|\\(.)/g, (_, hex, char) => (hex ? String.fromCharCode(parseInt(hex, 16)) : char)),
  )
  .map((word) => Buffer.from(word, "latin1"));
const alphabet = Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

function changed(input, inputs) {
  let bytes = input;
  for (let left = 1 + random(4); left > 0; left -= 1) {
    const at = random(bytes.length + 1);
    const until = Math.min(bytes.length, at + random(8));
    const other = inputs[random(inputs.length)];
    const start = random(other.length + 1);
    const put = [
      () => Buffer.from([random(256)]),
      () => alphabet.subarray(random(64)).subarray(0, 1),
      () => words[random(words.length)],
      () => other.subarray(start, start + random(32)),
      () => Buffer.alloc(0),
    ][random(5)]();
    bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(random(2) ? at : until)]);
  }
  return bytes;
}

for (const target of targets) {
  checks = 0;
  const inputs = [...files(join(here, "seeds", target)), ...files(join(here, "corpus", target))];
  for (const input of inputs) check(target, input);
  const replayed = checks;
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    for (let i = 0; i < 100; i += 1) check(target, changed(inputs[random(inputs.length)], inputs));
  }
  console.log(`${target}: ${replayed} replayed, ${checks - replayed} changed`);
}

// Each character at each place of a part, for each length up to some steps of the SIMD code.
checks = 0;
for (let length = 0; length <= 50; length += 1) {
  for (let at = 0; at < length; at += 1) {
    for (let code = 0; code < 256; code += 1) {
      const part = Array.from({ length }, () => String.fromCharCode(alphabet[random(64)]));
      part[at] = String.fromCharCode(code);
      check("compact", Buffer.from(`eyJhbGciOiJIUzI1NiJ9.e30.${part.join("")}`));
    }
  }
}
console.log(`base64url: ${checks} parts`);
