// Prints the progress of the scripts: one line for each step, with its seconds.
// On a terminal a live line shows the running steps; in a pipe there are only plain lines.

const live = process.stdout.isTTY === true && !process.env.CI;
const colour = live && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
export const bold = paint("1");
export const red = paint("31");
export const green = paint("32");
export const yellow = paint("33");
export const dim = paint("2");

/** An error that the reader can fix; shown without a stack trace. */
export class PlainError extends Error {}

const running = new Map();
let ticker;

const clearLive = () => live && running.size > 0 && process.stdout.write("\r\u001b[K");

function drawLive() {
  if (!live || running.size === 0) return;
  const now = performance.now();
  const parts = [...running].map(([label, since]) => `${label} ${Math.floor((now - since) / 1000)} s`);
  const width = (process.stdout.columns ?? 80) - 1;
  process.stdout.write(`\r\u001b[K${dim(`  … ${parts.join(", ")}`.slice(0, width))}`);
}

export function say(text = "") {
  clearLive();
  console.log(text);
  drawLive();
}

export const warn = (text) => say(yellow(text));

/** Shows that a step runs. Call the returned function at its end: it prints the step's result and seconds. */
export function begin(label) {
  const since = performance.now();
  if (!live) console.log(`… ${label}`);
  clearLive();
  running.set(label, since);
  ticker ??= live ? setInterval(drawLive, 500) : undefined;
  drawLive();
  return (ok, note = "") => {
    clearLive();
    running.delete(label);
    const seconds = ((performance.now() - since) / 1000).toFixed(1);
    console.log(`${ok ? green("✓") : red("✗")} ${label} ${dim(`${seconds} s`)}${note ? ` ${note}` : ""}`);
    if (running.size === 0 && ticker) {
      clearInterval(ticker);
      ticker = undefined;
    }
    drawLive();
  };
}

/** Puts lines in a frame, so that the reader notices them. */
export function box(lines) {
  const width = Math.max(...lines.map((line) => line.length));
  const edge = "─".repeat(width + 2);
  say([`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`].join("\n"));
}

/** Runs a script's main function. An error is printed once and sets the exit code. */
export async function main(run) {
  try {
    await run();
  } catch (error) {
    say();
    say(red(error instanceof PlainError ? error.message : (error?.stack ?? String(error))));
    process.exitCode = 1;
  }
}
