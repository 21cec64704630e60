// `npm start [-- --port N]`: from a bare clone to a running Worker with a first user.
import { parseArgs } from "node:util";
import { all } from "./lib/graph.mjs";
import { withBuildLock } from "./lib/lock.mjs";
import { commandLine, ensureFirstUser, ensureSecretKey, looksFresh } from "./lib/local.mjs";
import { checkMachine, npmPackages } from "./lib/setup.mjs";
import { npm, page, worker } from "./lib/steps.mjs";
import { PlainError, bold, box, dim, main, say, warn } from "./lib/ui.mjs";
import { HOST, portIsFree, wranglerDev } from "./lib/wrangler.mjs";

function chosenPort() {
  let text = process.env.PORT || "8787";
  try {
    const { values } = parseArgs({ options: { port: { type: "string", short: "p" } } });
    text = values.port ?? text;
  } catch (error) {
    throw new PlainError(`${error.message}\nUsage: npm start [-- --port N]`);
  }
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new PlainError(`"${text}" is not a port.`);
  return port;
}

async function requirePort(port) {
  if (await portIsFree(port)) return;
  throw new PlainError(
    `Port ${port} is taken by another program, or may not be used. Another one: npm start -- --port ${port === 8788 ? 8789 : port + 1}`,
  );
}

/** Waits until the Worker answers; says what /healthz has against it where that is not 200. */
async function untilHealthy(url, ended) {
  const deadline = Date.now() + 60_000;
  let last = "no answer";
  while (Date.now() < deadline && !ended()) {
    try {
      const response = await fetch(`${url}healthz`, { signal: AbortSignal.timeout(5000) });
      const body = await response.text();
      if (response.ok) return undefined;
      last = `${response.status} ${body.slice(0, 500)}`;
      if (response.status !== 503) return last;
    } catch {
      // Not up yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return last;
}

await main(async () => {
  const port = chosenPort();
  checkMachine();
  await requirePort(port);
  await withBuildLock(() => all([npmPackages, worker, npm, page, ...(looksFresh() ? [commandLine] : [])]));

  if (ensureSecretKey()) say("A new SECRET_KEY is in .dev.vars.");
  const user = await ensureFirstUser();

  await requirePort(port); // The build may have taken minutes.
  const url = `http://${HOST}:${port}/`;
  const dev = wranglerDev(port);
  let ended = false;
  dev.gone.then(() => (ended = true));
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      await dev.stop();
      process.exit(0); // The ordinary way to end it; npm would call any other code a failure.
    });
  }

  const trouble = await untilHealthy(url, () => ended);
  if (stopping) return;
  if (ended) throw new PlainError(`wrangler dev ended before it served:\n${dev.held()}`);
  if (trouble) {
    say(dev.held());
    warn(`It runs, but ${url}healthz says: ${trouble}`);
  }
  dev.release();

  if (user) {
    box([
      `The first user, made just now. The password is shown this once.`,
      ``,
      `  username  ${user.username}`,
      `  password  ${user.password}`,
    ]);
  } else {
    say("The first user exists since an earlier start; its password was shown then.");
    say(dim("To start afresh with a new one, stop this and delete the folder .wrangler/state"));
  }
  say(`\nPortcullis is at ${bold(url)}   ${dim("(Ctrl-C ends it)")}\n`);

  await dev.gone;
  if (!stopping) throw new PlainError("wrangler dev has ended.");
});
