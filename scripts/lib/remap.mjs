// Removes this machine's paths from the shipped files: panic messages contain the paths of their sources.
import { join } from "node:path";
import { cargoHome, root } from "./paths.mjs";
import { WASM_TARGET, checkRust, sysroot } from "./toolchain.mjs";

/**
 * The arguments for release builds of WebAssembly. cargo adds the flags of --config to the list in .cargo/config.toml.
 * RUSTFLAGS would replace that list, which turns on SIMD.
 */
export function remapPaths() {
  const commit = /^commit-hash: (\w+)/m.exec(checkRust())?.[1] ?? "unknown";
  // If two prefixes match, rustc takes the later one.
  const places = [
    [root, "/portcullis"],
    [cargoHome, "/cargo"],
    // rustc itself writes this path if the sources of its library are not installed.
    [join(sysroot(), "lib", "rustlib", "src", "rust"), `/rustc/${commit}`],
  ];
  const flags = places.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return ["--config", `target.${WASM_TARGET}.rustflags=${JSON.stringify(flags)}`];
}
