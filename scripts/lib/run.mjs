// Runs other programs. Their output goes to a log file, whose end is shown when a program fails. Programs that still
// run end together with this script.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { logDir, root } from "./paths.mjs";
import { PlainError } from "./ui.mjs";

const alive = new Set();

/** Ends a child and everything it started; each child leads a process group of its own. */
export function endGroup(child, signal = "SIGTERM") {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

/** Starts a program in a process group of its own, which ends together with this script. */
export function start(command, args, options = {}) {
  const child = spawn(command, args, { cwd: root, detached: true, ...options });
  alive.add(child);
  const gone = () => alive.delete(child);
  child.once("exit", gone);
  child.once("error", gone);
  return child;
}

process.on("exit", () => {
  for (const child of alive) endGroup(child, "SIGKILL");
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    // A script that has to clean up first adds its own listener and exits itself.
    if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
  });
}

// npm ends its shell but not the programs in it, so a `kill` of `npm start` would leave the server running.
if (process.env.npm_lifecycle_event) {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.kill(process.pid, "SIGTERM"), 1000).unref();
}

/**
 * Runs a program to its end.
 * `log`: name of the log file; without it the output is only collected.
 * `input`: text for its standard input. `check: false`: an exit code other than 0 is not an error.
 * `timeout`: seconds after which the program is ended, which counts as exit code 124.
 */
export async function run([command, ...args], { env, cwd = root, log, input, check = true, label, timeout } = {}) {
  let file;
  let path;
  if (log) {
    path = join(logDir, `${log}.log`);
    mkdirSync(dirname(path), { recursive: true });
    file = openSync(path, "w");
  }
  const collect = [];
  const child = start(command, args, {
    cwd,
    env: env ?? process.env,
    stdio: [input === undefined ? "ignore" : "pipe", file ?? "pipe", file ?? "pipe"],
  });
  child.stdout?.on("data", (data) => collect.push(data));
  const errors = [];
  child.stderr?.on("data", (data) => errors.push(data));
  if (input !== undefined) {
    child.stdin.on("error", () => {}); // The program may end before it reads; its exit code tells if that is an error.
    child.stdin.end(input);
  }
  let late = false;
  const end = () => {
    late = true;
    endGroup(child, "SIGKILL");
  };
  const timer = timeout && setTimeout(end, timeout * 1000);
  const ended = await new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(error.code === "ENOENT" ? new PlainError(`The program ${command} was not found.`) : error),
    );
    child.once("close", (exit, signal) => resolve(exit ?? 128 + (constants.signals[signal] ?? 0)));
  });
  clearTimeout(timer);
  const code = late ? 124 : ended;
  if (file !== undefined) closeSync(file);
  const stdout = path ? readFileSync(path, "utf8") : Buffer.concat(collect).toString("utf8");
  const stderr = Buffer.concat(errors).toString("utf8");
  if (check && code !== 0) {
    throw new PlainError(
      [
        `${label ?? [command, ...args].join(" ")} failed (exit code ${code}):`,
        tail(stdout + stderr, 40),
        ...(path ? [`The whole output is in ${relative(root, path)}.`] : []),
      ].join("\n"),
    );
  }
  return { code, stdout, stderr, log: path };
}

export const tail = (text, lines) => text.trimEnd().split("\n").slice(-lines).join("\n");

/** The first of these programs that PATH holds, as a full path. */
export function which(...names) {
  for (const name of names) {
    for (const dir of (process.env.PATH ?? "").split(delimiter)) {
      if (dir && existsSync(join(dir, name))) return join(dir, name);
    }
  }
  return undefined;
}
