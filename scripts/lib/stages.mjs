// The stages of `npm test`: what each needs, how it runs, and how its result is counted.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { capabilities, chromedriver, chromium, firefox, geckodriver } from "./browsers.mjs";
import { countCargo, countTap } from "./count.mjs";
import { axumExample, workerExample } from "./examples.mjs";
import { Step } from "./graph.mjs";
import { commandLine } from "./local.mjs";
import { inRoot, logDir, toolsBin, wranglerProgram } from "./paths.mjs";
import { schemathesis, specValidator } from "./python.mjs";
import { run } from "./run.mjs";
import { bundlersAndPeers, bun, deno } from "./runtimes.mjs";
import { bindgen, npmPackages, runtimePackages, wasmTarget } from "./setup.mjs";
import { npm, page, worker, workerPanics } from "./steps.mjs";
import { WASM_TARGET, cargoEnv, checkNative, locked } from "./toolchain.mjs";
import { wranglerEnv } from "./wrangler.mjs";

const TIMEOUT = 600; // seconds for a stage; one that hangs fails

const vectors = inRoot("..", "shared", "vectors");
export const vectorsDir = process.env.PORTCULLIS_VECTORS || (existsSync(vectors) ? vectors : undefined);

const testEnv = () => ({
  ...(vectorsDir && { PORTCULLIS_VECTORS: vectorsDir }),
  ...(chromium() && { PORTCULLIS_CHROMIUM: chromium() }),
});

/** A runner that fails without a failed test (it did not compile, it crashed) is a failure as well. */
function settle(counts, { code, stdout, stderr }) {
  const output = stdout + stderr;
  if (code === 124) return { ...counts, failed: counts.failed + 1, note: `ended after ${TIMEOUT} s`, output };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `exit code ${code}`, output };
  if (counts.passed + counts.failed + counts.skipped === 0) return { ...counts, failed: 1, note: "ran no test", output };
  return { ...counts, output };
}

const nativeTests = ["cargo", "test", "--package", "portcullis", "--package", "portcullis-cli", ...locked];
const webTests = ["cargo", "test", "--package", "portcullis", "--target", WASM_TARGET, "--test", "web"];

const nativeBuild = new Step({
  label: "native tests: compiling",
  run: () => {
    checkNative();
    return run([...nativeTests, "--no-run"], { env: cargoEnv(), log: "test-native-build" }).then(() => undefined);
  },
});

const webBuild = new Step({
  label: "browser tests: compiling",
  uses: [wasmTarget],
  run: () => run([...webTests, ...locked, "--no-run"], { env: cargoEnv(), log: "test-web-build" }).then(() => undefined),
});

/** Makes the database of the tests in tests/migration. */
const flaskDatabase = new Step({
  label: "Flask database: compiling",
  run: () => {
    checkNative();
    const build = ["cargo", "build", "--package", "portcullis-cli", "--example", "flask_database", ...locked];
    return run(build, { env: cargoEnv(), log: "test-flask-database" }).then(() => undefined);
  },
});

async function cargoStage(name, command, env) {
  const result = await run(command, { env: cargoEnv({ ...testEnv(), ...env }), log: name, check: false, timeout: TIMEOUT });
  return settle(countCargo(result.stdout), result);
}

function webStage(browser, driver) {
  // As --config, because cargo splits the environment variable for the runner at spaces.
  const runner = `target.${WASM_TARGET}.runner=[${JSON.stringify(join(toolsBin, "wasm-bindgen-test-runner"))}]`;
  return cargoStage(`test-${browser}`, [...webTests, ...locked, "--config", runner], {
    ...driver,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: capabilities(browser),
    WASM_BINDGEN_TEST_TIMEOUT: "120",
  });
}

/** `together`: so many files at once; more than one where they mostly wait. */
async function nodeStage(folder, together = 1) {
  const dir = inRoot("tests", folder);
  const names = existsSync(dir) ? readdirSync(dir).filter((name) => name.endsWith(".test.mjs")) : [];
  if (names.length === 0) return { passed: 0, failed: 1, skipped: 0, note: `no tests/${folder}/*.test.mjs` };
  mkdirSync(logDir, { recursive: true });
  const tap = join(logDir, `test-${folder}.tap`);
  rmSync(tap, { force: true });
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  reporters.push("--test-reporter=tap", `--test-reporter-destination=${tap}`);
  const files = names.sort().map((name) => join(dir, name));
  const result = await run([process.execPath, "--test", `--test-concurrency=${together}`, ...reporters, ...files], {
    env: { ...wranglerEnv(), ...testEnv() },
    log: `test-${folder}`,
    check: false,
    timeout: TIMEOUT,
  });
  return settle(countTap(existsSync(tap) ? readFileSync(tap, "utf8") : ""), result);
}

async function dryRun() {
  const command = [...wranglerProgram, "deploy", "--dry-run", "--outdir", inRoot("target", "dry-run")];
  const result = await run(command, { env: wranglerEnv(), log: "test-deploy", check: false, timeout: TIMEOUT });
  return settle({ passed: result.code === 0 ? 1 : 0, failed: result.code === 0 ? 0 : 1, skipped: 0 }, result);
}

const lacking = (programs) =>
  Object.entries(programs)
    .filter(([, find]) => !find())
    .map(([name]) => name);

/**
 * `lacks`: programs without which a stage cannot run. `wants`: those without which it runs in part.
 * In CI either is a failure; elsewhere the table says loudly what did not run.
 */
export const stages = {
  native: { title: "Rust, native", needs: [nativeBuild], run: () => cargoStage("test-native", [...nativeTests, "--no-fail-fast"]) },
  "web-chromium": {
    title: "WASM in Chromium",
    needs: [bindgen, webBuild],
    lacks: () => lacking({ chromium, chromedriver }),
    run: () => webStage("chromium", { CHROMEDRIVER: chromedriver() }),
  },
  "web-firefox": {
    title: "WASM in Firefox",
    needs: [bindgen, webBuild],
    lacks: () => lacking({ firefox, geckodriver }),
    run: () => webStage("firefox", { GECKODRIVER: geckodriver() }),
  },
  worker: { title: "Worker", needs: [npmPackages, worker, page, workerPanics], run: () => nodeStage("worker", 2) },
  openapi: {
    title: "OpenAPI document",
    needs: [npmPackages, worker, page],
    wants: () => lacking({ schemathesis, "openapi-spec-validator": specValidator }), // Their tests skip themselves.
    run: () => nodeStage("openapi"),
  },
  npm: {
    title: "npm package",
    needs: [npmPackages, npm, worker, page, runtimePackages], // The session is tested with the Worker.
    // The tests with what is not here skip themselves.
    wants: () => lacking({ chromium, firefox, geckodriver, deno, bun, "bundlers and peers": bundlersAndPeers }),
    run: () => nodeStage("npm"),
  },
  page: {
    title: "Page",
    needs: [npmPackages, worker, page],
    lacks: () => lacking({ chromium }),
    wants: () => lacking({ firefox, geckodriver }),
    run: () => nodeStage("page", 2),
  },
  start: {
    title: "npm start",
    needs: [npmPackages, worker, npm, page, commandLine],
    run: () => nodeStage("start"),
  },
  cli: {
    title: "Command line and Worker",
    needs: [npmPackages, worker, page, commandLine],
    run: () => nodeStage("cli"),
  },
  migration: {
    title: "From Flask to the edge",
    needs: [npmPackages, worker, page, commandLine, flaskDatabase],
    run: () => nodeStage("migration"),
  },
  examples: {
    title: "Examples",
    needs: [npmPackages, npm, axumExample, workerExample],
    run: () => nodeStage("examples", 2),
  },
  deploy: { title: "wrangler deploy --dry-run", needs: [npmPackages, worker, page], run: dryRun },
};
