// A tab of Firefox.
import { WebDriverPage } from "./webdriver-page.mjs";
import { WebDriverError } from "./webdriver.mjs";

export class FirefoxPage extends WebDriverPage {
  constructor(session, window) {
    super(session, window);
    session.bidi.on(({ method, params }) => {
      if ((params.source?.context ?? params.context) !== window) return;
      if (method === "log.entryAdded" && ["error", "warn"].includes(params.level)) this.problems.push(params.text);
      if (method === "network.beforeRequestSent") this.requests.push(params.request.url);
      if (method === "network.fetchError") this.problems.push(`failed: ${params.request.url} ${params.errorText}`);
    });
  }

  #bidi = (method, params) => this.session.bidi.send(method, { context: this.window, ...params });

  /** Brings the tab to the front, which hides the other tabs. */
  bringToFront = () => this.#bidi("browsingContext.activate", {});

  /** The size in CSS pixels, without the browser's own bars. */
  setViewportSize = ({ width, height }) => this.#bidi("browsingContext.setViewport", { viewport: { width, height } });

  /** Runs `script(arg)` in every later document before the document's own scripts. The function uses no outer names. */
  addInitScript = (script, arg = null) =>
    this.session.bidi.send("script.addPreloadScript", {
      functionDeclaration: `() => (${script})(${JSON.stringify(arg)})`,
      contexts: [this.window],
    });

  /** Sets whether the tab is offline. */
  setOffline = (offline) =>
    this.session.bidi.send("emulation.setNetworkConditions", {
      networkConditions: offline ? { type: "offline" } : null,
      contexts: [this.window],
    });

  /** The value of `script`, a function or an expression, in the page. Waits for a promise; other tabs keep running. */
  async evaluate(script, ...args) {
    const call = typeof script === "function" ? script : `() => (${script})`;
    const json = await this.#inPage("script.callFunction", {
      functionDeclaration: `async (args) => JSON.stringify(await (${call}).apply(null, JSON.parse(args)))`,
      arguments: [{ type: "string", value: JSON.stringify(args) }],
    });
    return json === undefined ? undefined : JSON.parse(json);
  }

  /** Runs the text of a script in the page, regardless of the page's policy. */
  addScript = (expression) => this.#inPage("script.evaluate", { expression: `${expression}\n;undefined` });

  async #inPage(method, params) {
    const { result, exceptionDetails } = await this.session.bidi.send(method, {
      ...params,
      awaitPromise: true,
      target: { context: this.window },
    });
    if (exceptionDetails) throw new WebDriverError({ error: "javascript error", message: exceptionDetails.text });
    return result.value;
  }
}
