// `npm start [-- --port N]`: from a bare clone to a running Worker with a first user.
import { parseArgs } from "node:util";
import { all } from "../lib/graph.mjs";
import { untilHealthy } from "../lib/health.mjs";
import { takeOrHolder, withBuildLock } from "../lib/lock.mjs";
import { commandLine, ensureFirstUser, ensureSecretKey } from "../lib/local.mjs";
import { ensureOperatorKey } from "../lib/operator.mjs";
import { inRoot } from "../lib/paths.mjs";
import { checkMachine, npmPackages } from "../lib/setup.mjs";
import { npm, page, worker } from "../lib/steps.mjs";
import { PlainError, bold, box, dim, main, say } from "../lib/ui.mjs";
import { HOST, portIsFree, wranglerDev } from "../lib/wrangler.mjs";

/** The command line asks this port when no option names a URL. */
const DEFAULT_PORT = 8787;

function chosenPort() {
  let text = process.env.PORT || String(DEFAULT_PORT);
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
  const other = port === 8788 || port === 65535 ? 8789 : port + 1;
  throw new PlainError(
    `Port ${port} is taken by another program, or may not be used. Another one: npm start -- --port ${other}`,
  );
}

/** Allows one `npm start` per state folder: SQLite allows one writer, so two would block each other. */
async function requireFolder() {
  const path = inRoot(".wrangler", "start.lock");
  const pid = await takeOrHolder(path);
  if (pid === undefined) return;
  throw new PlainError(
    `npm start already runs in this folder (process ${pid}), and its users are in .wrangler/state. Stop it first; ` +
      "for a second Worker, use another copy of the repository. If that process is not npm start, delete .wrangler/start.lock.",
  );
}

/** Prints the first user before the Worker starts: if the start fails, the password is not shown again. */
function sayUser(user) {
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
}

await main(async () => {
  checkMachine();
  const port = chosenPort();
  await requireFolder();
  await requirePort(port);
  await withBuildLock(() => all([npmPackages, worker, npm, page]));

  if (ensureSecretKey()) say("A new SECRET_KEY is in .dev.vars.");
  if (await ensureOperatorKey()) say("The public key of this machine's operator is in .dev.vars.");
  sayUser(await ensureFirstUser());

  await requirePort(port); // The build may have taken minutes.
  const url = `http://${HOST}:${port}/`;
  const dev = wranglerDev(port);
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, async () => {
      if (stopping) return;
      stopping = true;
      await dev.stop();
      process.exit(0); // This is the usual way to stop. npm would report any other code as a failure.
    });
  }

  const trouble = await untilHealthy(url, dev);
  if (stopping) return;
  if (trouble) {
    stopping = true;
    await dev.stop();
    throw new PlainError(trouble);
  }
  dev.release();
  const lost = dev.lost(); // Counts the running processes now, before the user is told that the Worker runs.
  const first = commandLine.fresh() ? "" : "   (the first time, this compiles the command line)";
  say(`\nPortcullis is at ${bold(url)}   ${dim("(Ctrl-C ends it)")}`);
  say(dim(`Its users: npm run portcullis -- users list${port === DEFAULT_PORT ? "" : ` --url ${url}`}${first}\n`));

  const end = await Promise.race([
    dev.gone.then(() => "wrangler dev has ended."),
    lost.then(() => "workerd, which runs the Worker, has ended. Start again: npm start"),
  ]);
  if (stopping) return;
  stopping = true;
  await dev.stop();
  throw new PlainError(end);
});
