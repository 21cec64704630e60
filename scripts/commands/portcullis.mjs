// `npm run portcullis -- …`: builds the command line `portcullis` if it is out of date, and runs it in the folder
// where npm was run.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { commandLine, portcullisProgram } from "../lib/local.mjs";
import { withBuildLock } from "../lib/lock.mjs";
import { checkMachine } from "../lib/setup.mjs";
import { main } from "../lib/ui.mjs";

// Messages about the build go to standard error, because standard output has only the command's result.
console.log = console.error;

await main(async () => {
  if (!commandLine.fresh()) {
    checkMachine();
    await withBuildLock(() => commandLine.make());
  }
  const child = spawn(portcullisProgram, process.argv.slice(2), {
    cwd: process.env.INIT_CWD || process.cwd(),
    stdio: "inherit",
  });
  // The terminal sends Ctrl-C to both processes; other signals reach only this process.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
});
