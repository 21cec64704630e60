// The stages of `npm test`: what each needs, how it runs, and how its result is counted.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import {
  capabilities,
  chromedriver,
  chromium,
  firefox,
  geckodriver,
  miniBrowser,
  webkitDriver,
  xvfb,
} from "./browsers.mjs";
import { cargoFilter, matching, namePattern, testFiles, textOf } from "./choice.mjs";
import { countCargo, countTap } from "./count.mjs";
import { axumExample, workerExample } from "./examples.mjs";
import { Step } from "./graph.mjs";
import { commandLine } from "./local.mjs";
import { inRoot, logDir, toolsBin, wranglerProgram } from "./paths.mjs";
import { schemathesis, specValidator } from "./python.mjs";
import { run } from "./run.mjs";
import { bundlersAndPeers, bun, cloudflarePlugins, deno } from "./runtimes.mjs";
import { bindgen, npmPackages, runtimePackages, wasmTarget } from "./setup.mjs";
import { npm, page, worker, workerPanics } from "./steps.mjs";
import { WASM_TARGET, cargoEnv, checkNative, locked } from "./toolchain.mjs";
import { wranglerEnv } from "./wrangler.mjs";

const TIMEOUT = 900; // in seconds; a stage that takes longer fails

/** How many test files run at once on two cores. It is more than 2 because most tests wait part of the time. */
export const PLACES = 3;

const vectors = inRoot("..", "shared", "vectors");
export const vectorsDir = process.env.PORTCULLIS_VECTORS || (existsSync(vectors) ? vectors : undefined);

/** The environment variables that tell the tests where the vectors and Chromium are. */
export const testEnv = () => ({
  ...(vectorsDir && { PORTCULLIS_VECTORS: vectorsDir }),
  ...(chromium() && { PORTCULLIS_CHROMIUM: chromium() }),
});

const NO_MATCH = { passed: 0, failed: 0, skipped: 0, note: "no test matches" };

/** A runner that fails without a failed test, because it did not compile or crashed, also counts as a failure. */
function settle(counts, { code, stdout, stderr }, grep) {
  const output = stdout + stderr;
  if (code === 124) return { ...counts, failed: counts.failed + 1, note: `ended after ${TIMEOUT} s`, output };
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1, note: `exit code ${code}`, output };
  if (counts.passed + counts.failed + counts.skipped === 0 && grep) return { ...NO_MATCH, output };
  if (counts.passed + counts.failed + counts.skipped === 0)
    return { ...counts, failed: 1, note: "ran no test", output };
  return { ...counts, output };
}

export const nativeTests = ["cargo", "test", "--package", "portcullis", "--package", "portcullis-cli", ...locked];
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
  run: () =>
    run([...webTests, ...locked, "--no-run"], { env: cargoEnv(), log: "test-web-build" }).then(() => undefined),
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

async function cargoStage(name, command, { grep }, env) {
  const filtered = grep ? [...command, cargoFilter(grep)] : command;
  const result = await run(filtered, {
    env: cargoEnv({ ...testEnv(), ...env }),
    log: name,
    check: false,
    timeout: TIMEOUT,
  });
  return settle(countCargo(result.stdout), result, grep);
}

function webStage(browser, driver, choice) {
  // Passed with --config, because cargo splits the environment variable for the runner at spaces.
  const runner = `target.${WASM_TARGET}.runner=[${JSON.stringify(join(toolsBin, "wasm-bindgen-test-runner"))}]`;
  return cargoStage(`test-${browser}`, [...webTests, ...locked, "--config", runner], choice, {
    ...driver,
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: capabilities(browser),
    WASM_BINDGEN_TEST_TIMEOUT: "120",
  });
}

async function nodeTests(name, files, together, more = []) {
  mkdirSync(logDir, { recursive: true });
  const tap = join(logDir, `${name}.tap`);
  rmSync(tap, { force: true });
  const reporters = ["--test-reporter=spec", "--test-reporter-destination=stdout"];
  reporters.push("--test-reporter=tap", `--test-reporter-destination=${tap}`);
  const result = await run(
    [process.execPath, "--test", `--test-concurrency=${together}`, ...reporters, ...more, ...files],
    {
      env: { ...wranglerEnv(), ...testEnv() },
      log: name,
      check: false,
      timeout: TIMEOUT,
    },
  );
  return { counts: countTap(existsSync(tap) ? readFileSync(tap, "utf8") : ""), result };
}

/** `together`: how many files run at once. With `grep`, runs files whose name matches, and tests whose name matches. */
async function nodeStage(folder, { grep, files = testFiles(folder) }, together = 1) {
  if (files.length === 0) return { passed: 0, failed: 1, skipped: 0, note: `no tests/${folder}/*.test.mjs` };
  const name = `test-${folder}`;
  if (!grep) {
    const { counts, result } = await nodeTests(name, files, together);
    return settle(counts, result);
  }
  const { whole, some } = matching(files, grep);
  const runs = [];
  if (whole.length > 0) runs.push(await nodeTests(name, whole, together));
  if (some.length > 0)
    runs.push(await nodeTests(`${name}-some`, some, together, [`--test-name-pattern=${namePattern(grep)}`]));
  if (runs.length === 0) return NO_MATCH;
  const settled = runs.map(({ counts, result }) => settle(counts, result, grep));
  const sum = (field) => settled.reduce((total, one) => total + one[field], 0);
  const failed = settled.filter((one) => one.failed > 0);
  const none = sum("passed") + sum("failed") + sum("skipped") === 0;
  return {
    passed: sum("passed"),
    failed: sum("failed"),
    skipped: sum("skipped"),
    output: failed.map(({ output }) => output).join("\n"),
    note: none
      ? NO_MATCH.note
      : failed
          .map(({ note }) => note)
          .filter(Boolean)
          .join("; ") || undefined,
  };
}

/** Counts as one test, because `wrangler deploy --dry-run` prints no counts. */
async function dryRun({ grep }) {
  if (grep && !stages.deploy.title.includes(grep)) return NO_MATCH;
  const command = [...wranglerProgram, "deploy", "--dry-run", "--outdir", inRoot("target", "dry-run")];
  const result = await run(command, { env: wranglerEnv(), log: "test-deploy", check: false, timeout: TIMEOUT });
  return settle({ passed: result.code === 0 ? 1 : 0, failed: result.code === 0 ? 0 : 1, skipped: 0 }, result);
}

/** The second Worker takes as long to build as the first, and only few test files need it. */
const panicsFor = ({ files, grep }) => {
  const all = files ?? testFiles("worker");
  const { whole, some } = grep ? matching(all, grep) : { whole: all, some: [] };
  return [...whole, ...some].some((path) => textOf(path, inRoot("tests", "worker")).includes("worker-panics"))
    ? [workerPanics]
    : [];
};

/** The steps that the chosen tests of a stage need. */
export const needsOf = ({ needs }, choice) => (typeof needs === "function" ? needs(choice) : needs);

/** The programs that tests in WebKit need. */
const webkit = { "MiniBrowser of WebKitGTK": miniBrowser, WebKitWebDriver: webkitDriver, Xvfb: xvfb };

const lacking = (programs) =>
  Object.entries(programs)
    .filter(([, find]) => !find())
    .map(([name]) => name);

/**
 * `lacks`: the missing programs without which a stage cannot run. `wants`: the missing programs without which only a
 * part of it runs. In CI both are a failure; elsewhere the table lists the tests that did not run.
 * `places`: how many of PLACES the stage takes. `seconds`: its approximate time on two cores; a longer stage starts
 * first. `run` gets the choice of tests: `{ grep, files }`.
 */
export const stages = {
  native: {
    title: "Rust, native",
    places: 2,
    seconds: 90,
    needs: [nativeBuild],
    run: (choice) => cargoStage("test-native", [...nativeTests, "--no-fail-fast"], choice),
  },
  "web-chromium": {
    title: "WASM in Chromium",
    needs: [bindgen, webBuild],
    lacks: () => lacking({ chromium, chromedriver }),
    run: (choice) => webStage("chromium", { CHROMEDRIVER: chromedriver() }, choice),
  },
  "web-firefox": {
    title: "WASM in Firefox",
    needs: [bindgen, webBuild],
    lacks: () => lacking({ firefox, geckodriver }),
    run: (choice) => webStage("firefox", { GECKODRIVER: geckodriver() }, choice),
  },
  worker: {
    title: "Worker",
    places: 2,
    seconds: 200,
    needs: (choice) => [npmPackages, worker, page, ...panicsFor(choice)],
    run: (choice) => nodeStage("worker", choice, 2),
  },
  openapi: {
    title: "OpenAPI document",
    seconds: 70,
    needs: [npmPackages, worker, page],
    wants: () => lacking({ schemathesis, "openapi-spec-validator": specValidator }), // Their tests skip themselves.
    run: (choice) => nodeStage("openapi", choice),
  },
  npm: {
    title: "npm package",
    seconds: 200,
    needs: [npmPackages, npm, worker, page, runtimePackages], // The session is tested with the Worker.
    // A test whose program is missing skips itself.
    wants: () =>
      lacking({ chromium, firefox, geckodriver, ...webkit, deno, bun, "bundlers and peers": bundlersAndPeers }),
    run: (choice) => nodeStage("npm", choice),
  },
  "package-worker": {
    title: "Worker of the npm package",
    places: 2,
    seconds: 100,
    needs: [npmPackages, npm, worker, page, runtimePackages],
    wants: () => lacking({ chromium, "Cloudflare's plugins": cloudflarePlugins }), // Their tests skip themselves.
    run: (choice) => nodeStage("package-worker", choice, 2),
  },
  page: {
    title: "Page",
    places: 2,
    seconds: 150,
    needs: [npmPackages, worker, page],
    lacks: () => lacking({ chromium }),
    wants: () => lacking({ firefox, geckodriver, ...webkit }),
    run: (choice) => nodeStage("page", choice, 2),
  },
  start: {
    title: "npm start",
    seconds: 30,
    needs: [npmPackages, worker, npm, page, commandLine],
    run: (choice) => nodeStage("start", choice),
  },
  cli: {
    title: "Command line and Worker",
    seconds: 20,
    needs: [npmPackages, worker, page, commandLine],
    run: (choice) => nodeStage("cli", choice),
  },
  migration: {
    title: "From Flask to the edge",
    seconds: 100,
    needs: [npmPackages, worker, page, commandLine, flaskDatabase],
    run: (choice) => nodeStage("migration", choice),
  },
  examples: {
    title: "Examples",
    needs: [npmPackages, npm, axumExample, workerExample],
    seconds: 10,
    run: (choice) => nodeStage("examples", choice, 2),
  },
  deploy: { title: "wrangler deploy --dry-run", needs: [npmPackages, worker, page], run: dryRun },
};
