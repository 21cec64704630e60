// Whether the Worker that `wrangler dev` runs would serve a login, and why not, in plain words.
import { tail } from "./run.mjs";

const LONGEST = 60_000;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The Worker's own log line on a setting that is wrong, among what wrangler has printed. */
export function misconfigured(output) {
  for (const [text] of output.matchAll(/\{[^{}]*\}/g)) {
    try {
      const line = JSON.parse(text);
      if (line.event === "misconfigured") return line;
    } catch {
      // Not the Worker's.
    }
  }
  return undefined;
}

/** Its log comes a little after its answer. */
async function wrongSetting(dev) {
  for (let waits = 0; waits < 20 && !misconfigured(dev.held()); waits += 1) await sleep(100);
  const line = misconfigured(dev.held());
  if (!line) return `A setting of the Worker is wrong, so it serves no login:\n${tail(dev.held(), 20)}`;
  // Some problems are the rest of a sentence and some are one.
  const verb = /^(is|must|has|needs)\b/.test(line.problem);
  const said = `${line.setting}${verb ? " " : ": "}${line.problem}`;
  return (
    `A setting of the Worker is wrong, so it serves no login. ${said}.\n` +
    "SECRET_KEY and whatever is for this machine alone stand in .dev.vars, the rest in wrangler.toml."
  );
}

const codeOf = (body) => {
  try {
    return JSON.parse(body).code;
  } catch {
    return undefined;
  }
};

/** Waits until /healthz is content; else says what is wrong. */
export async function untilHealthy(url, dev) {
  let ended = false;
  dev.gone.then(() => (ended = true));
  let last = "no answer";
  for (const deadline = Date.now() + LONGEST; Date.now() < deadline && !ended; await sleep(100)) {
    try {
      const response = await fetch(`${url}healthz`, { signal: AbortSignal.timeout(5000) });
      const body = await response.text();
      if (response.ok) return undefined;
      last = `${response.status} ${body.slice(0, 500)}`;
      if (codeOf(body) === "misconfigured") return wrongSetting(dev);
      if (response.status !== 503) break;
    } catch {
      // Not up yet.
    }
  }
  if (ended) return `wrangler dev ended before it served:\n${tail(dev.held(), 40)}`;
  return `${url}healthz says: ${last}\n${tail(dev.held(), 40)}`;
}
