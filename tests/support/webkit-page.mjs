// A window of WebKit.
import { setTimeout as sleep } from "node:timers/promises";
import { WebDriverPage } from "./webdriver-page.mjs";
import { WebDriverError } from "./webdriver.mjs";

const POLL = 20; // ms

/** Runs in each document first: records the problems of the page, and the results of what a test evaluates. */
function watch() {
  const problems = [];
  Object.defineProperty(globalThis, Symbol.for("webdriver"), { value: { problems, results: new Map() } });
  for (const level of ["error", "warn"]) {
    const own = console[level];
    console[level] = (...values) => {
      problems.push(values.map(String).join(" "));
      own.apply(console, values);
    };
  }
  const failed = ({ message, target }) => problems.push(message ?? `failed: ${target.src ?? target.href}`);
  addEventListener("error", failed, true); // A failed script or image only has an event in the capturing phase.
  addEventListener("unhandledrejection", ({ reason }) => problems.push(String(reason)));
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    // MiniBrowser always asks for an icon; nobody sees it.
    if (!blockedURI.endsWith("/favicon.ico"))
      problems.push(`Content-Security-Policy: ${violatedDirective} ${blockedURI}`);
  });
}

/** Starts the function `call` in the page. */
const begin = (call) => `
  const { results } = globalThis[Symbol.for("webdriver")];
  const [id, args] = arguments;
  (async () => JSON.stringify(await (${call}).apply(null, JSON.parse(args))))().then(
    (value) => results.set(id, { value }),
    (error) => results.set(id, { error: String(error) }),
  );`;

/** The result, if it is there, and the new problems of the page. */
const look = `
  const { results, problems } = globalThis[Symbol.for("webdriver")];
  const [id] = arguments;
  const result = results.get(id);
  results.delete(id);
  return { result, problems: problems.splice(0) };`;

export const WATCH = `(${watch})();`;

export class WebKitPage extends WebDriverPage {
  #proxy;
  #count = 0;

  constructor(session, window, proxy) {
    super(session, window);
    this.#proxy = proxy;
    proxy.on((url, error) => (error ? this.problems.push(`failed: ${url} ${error}`) : this.requests.push(url)));
  }

  /** Each page has a window, so nothing hides it. */
  bringToFront = async () => {};

  /** Runs `script(arg)` in every later document of the browser before its own scripts. The function uses no outer names. */
  addInitScript = async (script, arg = null) => void this.#proxy.scripts.add(`(${script})(${JSON.stringify(arg)});`);

  /** Sets whether the browser is offline. The page is told as by the system, of which WebKit's driver has no control. */
  async setOffline(offline) {
    this.#proxy.setOffline(offline);
    await this.evaluate((onLine) => {
      Object.defineProperty(navigator, "onLine", { value: onLine, configurable: true });
      dispatchEvent(new Event(onLine ? "online" : "offline"));
    }, !offline);
  }

  /** The value of `script`, a function or an expression, in the page. Waits for a promise; other tabs keep running. */
  async evaluate(script, ...args) {
    const call = typeof script === "function" ? script : `() => (${script})`;
    const id = (this.#count += 1);
    await this.#execute(begin(call), id, JSON.stringify(args));
    for (;;) {
      const { result, problems } = await this.#execute(look, id);
      this.problems.push(...problems);
      if (result?.error) throw new WebDriverError({ error: "javascript error", message: result.error });
      if (result) return result.value === undefined ? undefined : JSON.parse(result.value);
      await sleep(POLL);
    }
  }

  /** Runs the text of a script in the page, regardless of the page's policy. */
  addScript = (text) => this.#execute(`${text}\n;return null;`);

  #execute = (script, ...args) => this.command("POST", "/execute/sync", { script, args });
}
