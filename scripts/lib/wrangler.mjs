// Wrangler, kept on this machine: no metrics, no update check, no fetch for request.cf.
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { inRoot, stateDir, wranglerProgram } from "./paths.mjs";
import { endGroup, start } from "./run.mjs";
import { say } from "./ui.mjs";

export const HOST = "127.0.0.1";

export function wranglerEnv() {
  return {
    ...process.env,
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_LOG_PATH: inRoot(".wrangler", "logs"),
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

// What wrangler dev says about itself; requests, the Worker's log and errors are left.
const NOISE = [/^\s*$/, /^[─╭╰│┌└]/, /^⎔/, /^Your Worker has access/, /^Binding\s+Resource/, /^env\./, /^\[custom build\]\s*$/];

/**
 * `wrangler dev` on this port. `ready` settles once it serves; `gone` when it has ended.
 * Until it serves its output is kept back, and shown should it fail.
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
