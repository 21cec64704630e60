// Runs Wrangler without network access of its own: no metrics, no update check, no fetch for request.cf.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { inRoot, stateDir, wranglerProgram } from "./paths.mjs";
import { endGroup, start } from "./run.mjs";
import { say } from "./ui.mjs";

export const HOST = "127.0.0.1";

/**
 * wrangler also writes its whole output, with a line for each request, to a log file, and no option prevents this.
 * This log file keeps nothing.
 */
function noLog() {
  const path = inRoot(".wrangler", "none.log");
  try {
    mkdirSync(inRoot(".wrangler"), { recursive: true });
    symlinkSync("/dev/null", path);
  } catch (error) {
    if (error.code !== "EEXIST") return inRoot(".wrangler", "logs");
  }
  return path;
}

export function wranglerEnv() {
  return {
    ...process.env,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: noLog(),
    FORCE_COLOR: "0",
  };
}

export function portIsFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

// Lines of wrangler dev about itself, which are not shown. Requests, the Worker's log and errors are shown.
const NOISE = [
  /^\s*$/,
  /^[─╭╰│┌└]/,
  /^⎔/,
  /^Your Worker has access/,
  /^Binding\s+Resource/,
  /^env\./,
  /^\[custom build\]\s*$/,
];

/** How many processes of the runtime workerd run in this process group; undefined if `ps` fails. */
function runtimes(group) {
  const { status, stdout } = spawnSync("ps", ["-A", "-o", "pgid=,comm="], { encoding: "utf8" });
  if (status !== 0) return undefined;
  // A dead process that its parent has not collected yet has "<defunct>" after its name.
  const running = stdout.split("\n").map((line) => /^ *(\d+) (?:.*\/)?workerd *$/.exec(line)?.[1]);
  return running.filter((pgid) => Number(pgid) === group).length;
}

// In milliseconds.
const LOOK_EVERY = 2000;
/** More than one, because wrangler restarts workerd after each build, which takes less than a second. */
const LOOKS_UNTIL_LOST = 5;

/** Settles when the group has had fewer runtimes than at the call for some seconds. */
function lossOfRuntime(group) {
  const all = runtimes(group);
  return new Promise((resolve) => {
    let lost = 0;
    const timer = setInterval(() => {
      lost = runtimes(group) < all ? lost + 1 : 0;
      if (lost < LOOKS_UNTIL_LOST) return;
      clearInterval(timer);
      resolve();
    }, LOOK_EVERY);
    timer.unref();
  });
}

/**
 * Starts `wrangler dev` on this port. `gone` settles when wrangler has ended. Call `lost()` when the Worker serves: its
 * promise settles when workerd has died, which wrangler does not report. The output, except errors, is held back until
 * `release()`; `held()` returns it, for a start that fails.
 */
export function wranglerDev(port) {
  if (!existsSync(stateDir)) mkdirSync(stateDir, { recursive: true });
  const [command, ...args] = wranglerProgram;
  const serve = ["dev", "--ip", HOST, "--port", String(port), "--persist-to", stateDir];
  const child = start(command, [...args, ...serve, "--show-interactive-dev-session=false"], {
    env: wranglerEnv(),
    stdio: ["ignore", "pipe", "pipe"],
  });

  let held = [];
  const show = (line) => {
    if (held) held.push(line);
    if (!held || /\berror\b/i.test(line)) if (!NOISE.some((noise) => noise.test(line))) say(line);
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      lines.forEach(show);
    });
  }
  const gone = new Promise((resolve) => child.once("close", resolve));
  return {
    gone,
    lost: () => lossOfRuntime(child.pid),
    held: () => (held ?? []).join("\n"),
    release: () => (held = undefined),
    async stop() {
      endGroup(child, "SIGINT");
      const late = setTimeout(() => endGroup(child, "SIGKILL"), 5000);
      await gone;
      clearTimeout(late);
    },
  };
}
