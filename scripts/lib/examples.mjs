// Builds the examples for their tests, in the same way as a user of the examples.
import { Step } from "./graph.mjs";
import { inRoot, wranglerProgram } from "./paths.mjs";
import { run } from "./run.mjs";
import { npmPackages } from "./setup.mjs";
import { npm } from "./steps.mjs";
import { cargoEnv, checkNative, locked } from "./toolchain.mjs";
import { wranglerEnv } from "./wrangler.mjs";

/** The example is a separate workspace, so it has its own target folder. */
export const axumExample = new Step({
  label: "example of axum: compiling",
  run: () => {
    checkNative();
    const manifest = inRoot("examples", "axum", "Cargo.toml");
    const build = [
      "cargo",
      "build",
      "--manifest-path",
      manifest,
      "--target-dir",
      inRoot("target", "examples"),
      ...locked,
    ];
    return run(build, { env: cargoEnv(), log: "example-axum" }).then(() => undefined);
  },
});

/** Bundled by wrangler, which resolves `portcullis` to the package in npm/. */
export const workerExample = new Step({
  label: "example of a Worker",
  needs: [npm],
  uses: [npmPackages],
  run: () => {
    const out = ["--outdir", inRoot("target", "examples", "worker")];
    const config = ["--config", inRoot("examples", "worker", "wrangler.toml")];
    const bundle = [...wranglerProgram, "deploy", "--dry-run", ...config, ...out];
    return run(bundle, { env: wranglerEnv(), log: "example-worker" }).then(() => undefined);
  },
});
