// `npm run build [-- worker npm page worker-panics all]`: builds what is out of date.
import { all } from "../lib/graph.mjs";
import { withBuildLock } from "../lib/lock.mjs";
import { checkMachine, npmPackages } from "../lib/setup.mjs";
import { npm, page, worker, workerPanics } from "../lib/steps.mjs";
import { PlainError, main, say } from "../lib/ui.mjs";

const targets = {
  worker: [worker],
  npm: [npm],
  page: [page],
  "worker-panics": [workerPanics],
  all: [npmPackages, worker, npm, page],
};

await main(async () => {
  checkMachine();
  const names = process.argv.length > 2 ? process.argv.slice(2) : ["all"];
  const unknown = names.filter((name) => !Object.hasOwn(targets, name));
  if (unknown.length > 0) {
    throw new PlainError(`Unknown: ${unknown.join(", ")}. There are: ${Object.keys(targets).join(", ")}.`);
  }
  await withBuildLock(() => all(names.flatMap((name) => targets[name])));
  say(`Built: ${names.join(", ")}.`);
});
