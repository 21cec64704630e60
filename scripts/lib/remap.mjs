// What is shipped does not say where it was built: panic messages hold the paths of their sources.
import { join } from "node:path";
import { cargoHome, root } from "./paths.mjs";
import { WASM_TARGET, checkRust, sysroot } from "./toolchain.mjs";

/**
 * For the release builds of WebAssembly. As --config, which cargo adds to the list in
 * .cargo/config.toml; a RUSTFLAGS would replace that list, and SIMD with it.
 */
export function remapPaths() {
  const commit = /^commit-hash: (\w+)/m.exec(checkRust())?.[1] ?? "unknown";
  // Of two that fit rustc takes the later one.
  const places = [
    [root, "/portcullis"],
    [cargoHome, "/cargo"],
    // What rustc itself writes unless the sources of its library are installed.
    [join(sysroot(), "lib", "rustlib", "src", "rust"), `/rustc/${commit}`],
  ];
  const flags = places.map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
  return ["--config", `target.${WASM_TARGET}.rustflags=${JSON.stringify(flags)}`];
}
