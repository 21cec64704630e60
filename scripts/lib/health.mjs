// Checks whether the Worker of `wrangler dev` would serve a login, and says why not.
import { tail } from "./run.mjs";

// In milliseconds.
const LONGEST = 60_000;
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Finds the Worker's log line about a wrong setting in the output of wrangler. */
export function misconfigured(output) {
  for (const [text] of output.matchAll(/\{[^{}]*\}/g)) {
    try {
      const line = JSON.parse(text);
      if (line.event === "misconfigured") return line;
    } catch {
      // The text is not a log line of the Worker.
    }
  }
  return undefined;
}

/** Waits for the Worker's log line, which comes shortly after the answer, and describes the wrong setting. */
async function wrongSetting(dev) {
  for (let waits = 0; waits < 20 && !misconfigured(dev.held()); waits += 1) await sleep(100);
  const line = misconfigured(dev.held());
  if (!line) return `A setting of the Worker is wrong, so it serves no login:\n${tail(dev.held(), 20)}`;
  // Some problems continue a sentence whose subject is the setting, and some are whole sentences.
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

/** Waits until /healthz reports no problem. Returns a message if that does not happen. */
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
      // The Worker does not answer yet.
    }
  }
  if (ended) return `wrangler dev ended before it served:\n${tail(dev.held(), 40)}`;
  return `${url}healthz says: ${last}\n${tail(dev.held(), 40)}`;
}
