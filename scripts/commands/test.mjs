// `npm test [-- stage …] [--grep text]`: builds the needs of the chosen stages, runs the stages at the same time, and
// counts the results.
import { checkMachine } from "../lib/setup.mjs";
import { withBuildLock } from "../lib/lock.mjs";
import { PLACES, needsOf, stages, vectorsDir } from "../lib/stages.mjs";
import { chosenTests, help } from "../lib/choice.mjs";
import { sideBySide } from "../lib/places.mjs";
import { tail } from "../lib/run.mjs";
import { all } from "../lib/graph.mjs";
import { PlainError, begin, bold, main, red, say, warn } from "../lib/ui.mjs";

const inCi = Boolean(process.env.CI) && process.env.CI !== "false";
const none = { passed: 0, failed: 0, skipped: 0 };

/** Makes the steps of all stages at the same time. A failed step only fails the stages that need it. */
async function prepare(chosen) {
  const results = await Promise.allSettled(chosen.map((choice) => all(needsOf(stages[choice.name], choice))));
  const broken = new Map();
  const said = new Set();
  results.forEach(({ status, reason }, index) => {
    if (status !== "rejected") return;
    broken.set(chosen[index].name, reason);
    if (said.has(reason)) return;
    said.add(reason);
    say(red(reason instanceof PlainError ? reason.message : (reason?.stack ?? String(reason))));
  });
  return broken;
}

async function runStage(choice, broken) {
  const { name } = choice;
  const { title, run, lacks, wants } = stages[name];
  const missing = lacks?.() ?? [];
  const wanting = wants?.() ?? [];
  const note = `not found: ${[...missing, ...wanting].join(", ")}`;
  if (inCi && missing.length + wanting.length > 0) return { ...none, failed: 1, note };
  if (missing.length > 0) return { ...none, skipped: 1, note: `SKIPPED, ${note}` };
  if (broken.has(name)) return { ...none, failed: 1, note: "not run: building failed, see above" };
  const end = begin(`test: ${title}`);
  const result = await run(choice).catch((error) => ({ ...none, failed: 1, note: "did not run", output: error.stack }));
  end(result.failed === 0, `${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped`);
  if (result.failed > 0 && result.output) say(tail(result.output, 150));
  if (wanting.length > 0)
    return { ...result, note: [result.note, `SKIPPED IN PART, ${note}`].filter(Boolean).join("; ") };
  return result;
}

function table(rows) {
  const head = ["stage", "passed", "failed", "skipped", "seconds", "note"];
  const cells = rows.map(({ name, passed, failed, skipped, seconds, note = "" }) =>
    [name, passed, failed, skipped, seconds.toFixed(1), note].map(String),
  );
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column].length)));
  const line = (row) =>
    row
      .map((cell, column) => (column > 0 && column < 5 ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ")
      .trimEnd();
  say(`\n${bold(line(head))}`);
  cells.forEach((row, index) => say(rows[index].failed > 0 ? red(line(row)) : line(row)));
}

await main(async () => {
  const { help: wanted, grep, stages: chosenStages } = chosenTests(process.argv.slice(2), stages);
  if (wanted) return say(help(stages));
  checkMachine();
  const chosen = chosenStages.map((stage) => ({ ...stages[stage.name], ...stage, grep }));
  const broken = await withBuildLock(() => prepare(chosen));

  const began = performance.now();
  const rows = await sideBySide(chosen, PLACES, async (choice) => {
    const since = performance.now();
    const result = await runStage(choice, broken);
    return { name: choice.name, ...result, seconds: (performance.now() - since) / 1000 };
  });
  const seconds = (performance.now() - began) / 1000;

  table(rows);
  for (const { name, note } of rows.filter((row) => row.note)) warn(`! ${name}: ${note}`);
  if (!vectorsDir) {
    warn(
      "! The published test vectors are not here (../shared/vectors, or PORTCULLIS_VECTORS): tests over them did NOT run.",
    );
  }
  const total = (field) => rows.reduce((sum, row) => sum + row[field], 0);
  if (total("failed") > 0) process.exitCode = 1;
  say(`${total("passed")} passed, ${total("failed")} failed, ${total("skipped")} skipped in ${seconds.toFixed(0)} s`);
  if (grep && total("passed") + total("failed") + total("skipped") === 0)
    throw new PlainError(`No test matches "${grep}".`);
});
