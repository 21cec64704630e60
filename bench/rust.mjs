// node bench/rust.mjs [--runs=3]: our crate among its peers in native Rust.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const peers = join(root, "..", "shared", "bench");
if (!existsSync(peers)) throw new Error("the peers' harness, ../shared/bench, is not here");

// Kept, because its dependencies take minutes to compile.
const folder = join(root, "target", "bench-rust");
const rust = join(folder, "rust");
const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
};
mkdirSync(folder, { recursive: true });
for (const path of ["rust/src", "rust/Cargo.toml", "rust/Cargo.lock", "rust/bench.mjs", "js/fixtures.json", "js/lib"]) {
  cpSync(join(peers, path), join(folder, path), { recursive: true });
}
run("chmod", ["-R", "u+w", rust], folder); // the shared folder may be read-only

const edit = (path, from, to) => {
  const text = readFileSync(path, "utf8");
  if (!text.includes(from)) throw new Error(`the harness has changed: no "${from}"`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
};
edit(
  join(rust, "Cargo.toml"),
  "[dependencies]",
  `[workspace]\n[dependencies]\nportcullis = { path = ${JSON.stringify(root)} }`,
);
const entries = readFileSync(join(root, "bench", "rust-entries.rs"), "utf8").split("// ----\n");
edit(join(rust, "src", "main.rs"), "// ---------- asymmetric raw", `${entries[0]}\n    // ---------- asymmetric raw`);
edit(join(rust, "src", "main.rs"), "// ---------- timing", `${entries[1]}\n    // ---------- timing`);
run("cargo", ["build", "--release", "--target-dir", join(rust, "target")], rust);
run(process.execPath, ["bench.mjs", ...process.argv.slice(2)], rust);
