// A separate checkout for `npm start`, so that the user's .dev.vars and .wrangler do not change.
// It contains the built files, so that nothing is built again.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { npmModules } from "../../scripts/lib/steps.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
// Leave out large folders and the user's own files. Listed by name, because a CI machine may not have git.
const LEFT = [".git", ".dev.vars", ".portcullis", ".wrangler", ".tools", "node_modules", "target"];
const BUILT = ["target/stamps", "target/cli/portcullis", ...npmModules];
const SHARED = ["node_modules", ".tools"];

/** Returns the checkout's folder and `remove()`. */
export function copyCheckout() {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-start-"));
  cpSync(root, folder, { recursive: true, filter: (path) => !LEFT.includes(basename(path)) });
  for (const path of BUILT) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  for (const path of SHARED) symlinkSync(join(root, path), join(folder, path));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether a process listens on the port. */
export async function portIsFree(port) {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Runs `node scripts/start.mjs` in a checkout. `ended` resolves with its exit code; `output()` is its output;
 * `until(pattern)` waits for output that matches; `end()` sends what Ctrl-C sends.
 */
export function npmStart(folder, port) {
  const env = { ...process.env };
  for (const name of ["CI", "PORT", "NODE_TEST_CONTEXT", "npm_lifecycle_event"]) delete env[name];
  const child = spawn(process.execPath, ["scripts/start.mjs", "--port", String(port)], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  let seen = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      seen();
    });
  }
  const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve(code ?? signal)));
  const end = () => {
    child.kill("SIGINT");
    return ended;
  };
  const until = async (pattern) => {
    const found = new Promise((resolve, reject) => {
      seen = () => {
        if (pattern.test(output)) resolve();
        // The sources may have changed since the stage built them, and a build from scratch would take minutes.
        if (/: compiling/.test(output)) reject(new Error(`it builds again:\n${output}`));
      };
      seen();
      ended.then((code) => reject(new Error(`it ended with ${code}:\n${output}`)));
      setTimeout(() => reject(new Error(`it did not say ${pattern} in 45 s:\n${output}`)), 45_000).unref();
    });
    await found.catch(async (error) => {
      await end();
      throw error;
    });
  };
  return { pid: child.pid, ended, end, until, output: () => output };
}
