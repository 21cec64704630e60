// `npm run portcullis -- …`: the command line `portcullis`, built where it is out of date, as if it
// had been run in the folder where npm was.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { commandLine, portcullisProgram } from "../lib/local.mjs";
import { withBuildLock } from "../lib/lock.mjs";
import { checkMachine } from "../lib/setup.mjs";
import { main } from "../lib/ui.mjs";

// What is said of the build is no part of the result.
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
  // Ctrl-C reaches both from the terminal; other signals come to this process alone.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
});
