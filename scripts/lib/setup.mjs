// The setup: npm's packages, the WASM target, and the tools. The tools are built from source, because a machine may
// reach only the package registries.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { Step } from "./graph.mjs";
import { inRoot, toolsBin, toolsDir } from "./paths.mjs";
import { run } from "./run.mjs";
import { runtimesDir } from "./runtimes.mjs";
import { Stamp, filesUnder } from "./stamp.mjs";
import { addWasmTarget, cargoEnv, checkNative, checkRust, hasWasmTarget } from "./toolchain.mjs";

export const WORKER_BUILD = "0.8.7";

/** Checks the machine before anything is built. lib/node.mjs has already checked the version of Node. */
export function checkMachine() {
  checkRust();
}

const toolsTarget = join(toolsDir, "target");
// With no debug info, one target folder and matching lockfiles, the two tools share most of their dependencies.
const toolsEnv = () => cargoEnv({ CARGO_PROFILE_DEV_DEBUG: "0" });
// The folder has most of a gigabyte and is not needed again.
const dropToolsTarget = () => rmSync(toolsTarget, { recursive: true, force: true });
const toolStamp = (name, inputs, outputs) => new Stamp(join(toolsDir, "stamps", name), inputs, outputs);

const lockPackages = (path) => JSON.parse(readFileSync(path, "utf8")).packages;

/** Whether node_modules in `folder` matches package-lock.json, by npm's own record of the installed packages. */
function npmPackagesFresh(folder) {
  const record = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = lockPackages(record);
  return Object.entries(lockPackages(join(folder, "package-lock.json"))).every(([path, wanted]) => {
    if (!path.startsWith("node_modules/")) return true;
    const found = installed[path];
    // A package for another system is optional and may be absent.
    return found ? found.version === wanted.version : wanted.optional === true;
  });
}

// The install scripts of esbuild, workerd, sharp, Deno and Bun only look for binaries that npm has already installed.
const npmCi = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];

export const npmPackages = new Step({
  label: "npm packages",
  light: true,
  fresh: () => npmPackagesFresh(inRoot()),
  run: () => run(npmCi, { log: "npm-ci" }).then(() => undefined),
});

/** Packages for the tests of the npm package. If the install fails, the stage skips their tests and says so. */
export const runtimePackages = new Step({
  label: "runtimes and bundlers (for tests)",
  light: true,
  fresh: () => npmPackagesFresh(runtimesDir),
  run: async () => {
    const { code, log } = await run(npmCi, { cwd: runtimesDir, log: "npm-ci-runtimes", check: false });
    return code === 0 ? undefined : `NOT INSTALLED, see ${relative(inRoot(), log)}`;
  },
});

export const wasmTarget = new Step({
  label: "Rust's WebAssembly target",
  light: true,
  fresh: hasWasmTarget,
  run: addWasmTarget,
});

export const bindgen = new Step({
  label: "wasm-bindgen and its test runner",
  priority: 3,
  stamp: toolStamp(
    "bindgen",
    () => ({
      files: filesUnder(["tools"], (path) => !path.startsWith(join("tools", "target"))),
      values: [checkRust()],
    }),
    [".tools/bin/wasm-bindgen", ".tools/bin/wasm-bindgen-test-runner"],
  ),
  run: async () => {
    checkNative();
    await run(["cargo", "build", "--locked", "--target-dir", toolsTarget], {
      cwd: inRoot("tools"),
      env: toolsEnv(),
      log: "tools",
    });
    mkdirSync(toolsBin, { recursive: true });
    for (const name of ["wasm-bindgen", "wasm-bindgen-test-runner"]) {
      // Removed first, because a running program can be replaced but not written to.
      rmSync(join(toolsBin, name), { force: true });
      copyFileSync(join(toolsTarget, "debug", name), join(toolsBin, name));
    }
    if (workerBuild.fresh()) dropToolsTarget();
  },
});

export const workerBuild = new Step({
  label: `worker-build ${WORKER_BUILD}`,
  priority: 3,
  needs: [bindgen], // Only because both use one target folder, and only one cargo can use it at a time.
  stamp: toolStamp("worker-build", () => ({ values: [WORKER_BUILD, checkRust()] }), [".tools/bin/worker-build"]),
  run: async () => {
    checkNative({ openssl: true });
    const crate = ["--locked", `worker-build@${WORKER_BUILD}`, "--bin", "worker-build"];
    // `--debug` takes a fifth of the build time. The programs that worker-build starts take most of its run time.
    await run(["cargo", "install", "--debug", "--force", ...crate, "--root", toolsDir, "--target-dir", toolsTarget], {
      env: toolsEnv(),
      log: "worker-build-install",
    });
    dropToolsTarget();
  },
});
