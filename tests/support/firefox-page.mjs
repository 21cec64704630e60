// A tab of Firefox, with Playwright's names for what it shares with a page of Playwright's.
import { setTimeout as sleep } from "node:timers/promises";
import { WebDriverError, referenceOf } from "./webdriver.mjs";

const WAIT = 20_000; // ms, for what is waited for
const POLL = 50; // ms
// Code points of WebDriver's keys that are no text (WebDriver, "Keyboard actions").
const KEYS = {
  Backspace: "\ue003",
  Tab: "\ue004",
  Enter: "\ue007",
  Shift: "\ue008",
  Escape: "\ue00c",
  ArrowLeft: "\ue012",
  ArrowUp: "\ue013",
  ArrowRight: "\ue014",
  ArrowDown: "\ue015",
};

// What had to be evaluated while the page was leaving, or was on its way in, is asked again.
const LEAVING = ["javascript error", "no such frame", "no such window", "stale element reference", "unknown error"];

export class FirefoxElement {
  constructor(page, id) {
    this.page = page;
    this.id = id;
  }

  #command(method, path, body) {
    return this.page.command(method, `/element/${this.id}/${path}`, body);
  }

  click = () => this.#command("POST", "click");
  clear = () => this.#command("POST", "clear");
  /** Types into what is there; see `fill()`. */
  type = (text) => this.#command("POST", "value", { text });
  text = () => this.#command("GET", "text");
  value = () => this.#command("GET", "property/value");
  attribute = (name) => this.#command("GET", `attribute/${name}`);
  isVisible = () => this.#command("GET", "displayed");
  isEnabled = () => this.#command("GET", "enabled");
  /** Its role and name, as assistive technology is told of them. */
  role = () => this.#command("GET", "computedrole");
  label = () => this.#command("GET", "computedlabel");
  screenshot = async () => Buffer.from(await this.#command("GET", "screenshot"), "base64");

  /** Has `text`, and nothing that was there before. */
  async fill(text) {
    await this.clear();
    await this.type(text);
  }
}

export class FirefoxPage {
  /** What went wrong in the page: errors and warnings of its console, and requests that failed. */
  problems = [];
  /** The URL of each request that it has made. */
  requests = [];
  #session;
  #window;

  constructor(session, window) {
    this.#session = session;
    this.#window = window;
    session.bidi.on(({ method, params }) => {
      if ((params.source?.context ?? params.context) !== window) return;
      if (method === "log.entryAdded" && ["error", "warn"].includes(params.level)) this.problems.push(params.text);
      if (method === "network.beforeRequestSent") this.requests.push(params.request.url);
      if (method === "network.fetchError") this.problems.push(`failed: ${params.request.url} ${params.errorText}`);
    });
  }

  command = (method, path, body) => this.#session.command(method, path, body, this.#window);
  #bidi = (method, params) => this.#session.bidi.send(method, { context: this.#window, ...params });

  goto = (url) => this.command("POST", "/url", { url });
  url = () => this.command("GET", "/url");
  title = () => this.command("GET", "/title");
  reload = () => this.command("POST", "/refresh");
  close = () => this.#session.closeWindow(this.#window);

  /** Brings the tab to the front; the others are hidden then. */
  bringToFront = () => this.#bidi("browsingContext.activate", {});

  /** In CSS pixels, without what is around the page. */
  setViewportSize = ({ width, height }) => this.#bidi("browsingContext.setViewport", { viewport: { width, height } });

  /** Runs `script(arg)`, a function without outside names, in every document from now on before its own scripts. */
  addInitScript = (script, arg = null) =>
    this.#session.bidi.send("script.addPreloadScript", {
      functionDeclaration: `() => (${script})(${JSON.stringify(arg)})`,
      contexts: [this.#window],
    });

  /** Whether the tab has no network from now on. */
  setOffline = (offline) =>
    this.#session.bidi.send("emulation.setNetworkConditions", {
      networkConditions: offline ? { type: "offline" } : null,
      contexts: [this.#window],
    });

  /** What `script`, a function or an expression, gives in the page; a promise is waited for, and other tabs meanwhile go on. */
  async evaluate(script, ...args) {
    const call = typeof script === "function" ? script : `() => (${script})`;
    const json = await this.#inPage("script.callFunction", {
      functionDeclaration: `async (args) => JSON.stringify(await (${call}).apply(null, JSON.parse(args)))`,
      arguments: [{ type: "string", value: JSON.stringify(args) }],
    });
    return json === undefined ? undefined : JSON.parse(json);
  }

  /** Runs the text of a script in the page, past the page's policy. */
  addScript = (expression) => this.#inPage("script.evaluate", { expression: `${expression}\n;undefined` });

  async #inPage(method, params) {
    const { result, exceptionDetails } = await this.#session.bidi.send(method, {
      ...params,
      awaitPromise: true,
      target: { context: this.#window },
    });
    if (exceptionDetails) throw new WebDriverError({ error: "javascript error", message: exceptionDetails.text });
    return result.value;
  }

  /** What `script` gives, as soon as it gives something. */
  async waitForFunction(script, arg, { timeout = WAIT } = {}) {
    return this.#until(() => this.evaluate(script, arg), String(script), timeout);
  }

  /** The first element that `selector` (CSS) finds, as soon as there is one that can be seen. */
  async find(selector) {
    return this.#until(() => this.#seen((found) => found, selector), selector);
  }

  /** All that `selector` finds now. */
  async findAll(selector) {
    const found = await this.command("POST", "/elements", { using: "css selector", value: selector });
    return found.map((value) => new FirefoxElement(this, referenceOf(value)));
  }

  /** As soon as it can be seen, the element with this role, and this name (a text that it has, or a pattern). */
  async getByRole(role, name = "") {
    const named = (label) => (name instanceof RegExp ? name.test(label) : label.includes(name));
    const fits = async (element) => (await element.role()) === role && named(await element.label());
    return this.#until(() => this.#seen(async (element) => (await fits(element)) && element, "*"), `${role} ${name}`);
  }

  /** A key with a name (`Tab`, `Enter`, …) or a character, as typed by the reader; `Shift+Tab` as well. */
  async press(keys) {
    const values = keys.split("+").map((key) => KEYS[key] ?? key);
    const down = values.map((value) => ({ type: "keyDown", value }));
    const up = values.toReversed().map((value) => ({ type: "keyUp", value }));
    await this.command("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  /** The element that has the focus. */
  async focused() {
    return new FirefoxElement(this, referenceOf(await this.command("GET", "/element/active")));
  }

  screenshot = async () => Buffer.from(await this.command("GET", "/screenshot"), "base64");

  async #seen(choose, selector) {
    for (const element of await this.findAll(selector)) {
      const chosen = await choose(element);
      if (chosen && (await chosen.isVisible())) return chosen;
    }
    return undefined;
  }

  async #until(look, what, timeout = WAIT) {
    const end = Date.now() + timeout;
    let last;
    for (;;) {
      try {
        const found = await look();
        if (found) return found;
      } catch (error) {
        if (!(error instanceof WebDriverError) || !LEAVING.includes(error.code)) throw error;
        last = error;
      }
      if (Date.now() > end)
        throw new Error(
          `did not happen in Firefox: ${what}${last ? ` (${last.message})` : ""}; ${this.problems.join("; ")}`,
        );
      await sleep(POLL);
    }
  }
}
