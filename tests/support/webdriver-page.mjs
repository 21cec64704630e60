// The commands that the tabs of Firefox and WebKit share: those of W3C WebDriver, with the method names of a page of
// Playwright where they do the same.
import { setTimeout as sleep } from "node:timers/promises";
import { WebDriverError, referenceOf } from "./webdriver.mjs";

const WAIT = 20_000; // ms, the longest wait for a condition
const POLL = 50; // ms
// Code points of WebDriver's keys that are not text (WebDriver, "Keyboard actions").
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

// Errors of an evaluation that met a page while it was loading or unloading; such an evaluation is repeated.
const LEAVING = ["javascript error", "no such frame", "no such window", "stale element reference", "unknown error"];

export class PageElement {
  constructor(page, id) {
    this.page = page;
    this.id = id;
  }

  #command(method, path, body) {
    return this.page.command(method, `/element/${this.id}/${path}`, body);
  }

  click = () => this.#command("POST", "click");
  clear = () => this.#command("POST", "clear");
  /** Appends text to the current text; see `fill()`. */
  type = (text) => this.#command("POST", "value", { text });
  text = () => this.#command("GET", "text");
  value = () => this.#command("GET", "property/value");
  attribute = (name) => this.#command("GET", `attribute/${name}`);
  isVisible = () => this.#command("GET", "displayed");
  isEnabled = () => this.#command("GET", "enabled");
  /** The role and the name of the element, as assistive technology gets them. */
  role = () => this.#command("GET", "computedrole");
  label = () => this.#command("GET", "computedlabel");
  screenshot = async () => Buffer.from(await this.#command("GET", "screenshot"), "base64");

  /** Replaces the text of the element with `text`. WebKit shows a new field a moment after the page has it. */
  async fill(text) {
    for (const end = Date.now() + WAIT; ; ) {
      try {
        await this.clear();
        break;
      } catch (error) {
        if (!/not interactable/.test(error.message) || Date.now() > end) throw error;
        await sleep(POLL);
      }
    }
    await this.type(text);
  }
}

/** A tab. A subclass has `evaluate(script, ...args)`. */
export class WebDriverPage {
  /** Problems of the page: errors and warnings of its console, and failed requests. */
  problems = [];
  /** The URL of each request that the page has made. */
  requests = [];

  constructor(session, window) {
    this.session = session;
    this.window = window;
  }

  command = (method, path, body) => this.session.command(method, path, body, this.window);

  goto = (url) => this.command("POST", "/url", { url });
  url = () => this.command("GET", "/url");
  title = () => this.command("GET", "/title");
  reload = () => this.command("POST", "/refresh");
  close = () => this.session.closeWindow(this.window);

  /** Waits until `script` returns a truthy value, and returns it. */
  async waitForFunction(script, arg, { timeout = WAIT } = {}) {
    return this.#until(() => this.evaluate(script, arg), String(script), timeout);
  }

  /** Waits for the first visible element that `selector` (CSS) finds. */
  async find(selector) {
    return this.#until(() => this.#seen((found) => found, selector), selector);
  }

  /** All elements that `selector` finds now. */
  async findAll(selector) {
    const found = await this.command("POST", "/elements", { using: "css selector", value: selector });
    return found.map((value) => new PageElement(this, referenceOf(value)));
  }

  /** Waits for the visible element with this role and this name (a substring or a pattern). */
  async getByRole(role, name = "") {
    const named = (label) => (name instanceof RegExp ? name.test(label) : label.includes(name));
    const fits = async (element) => (await element.role()) === role && named(await element.label());
    return this.#until(() => this.#seen(async (element) => (await fits(element)) && element, "*"), `${role} ${name}`);
  }

  /** Presses a key by its name (`Tab`, `Enter`, …) or a character, or a combination such as `Shift+Tab`. */
  async press(keys) {
    const values = keys.split("+").map((key) => KEYS[key] ?? key);
    const down = values.map((value) => ({ type: "keyDown", value }));
    const up = values.toReversed().map((value) => ({ type: "keyUp", value }));
    await this.command("POST", "/actions", { actions: [{ type: "key", id: "keyboard", actions: [...down, ...up] }] });
  }

  /** The element that has the focus. */
  async focused() {
    return new PageElement(this, referenceOf(await this.command("GET", "/element/active")));
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
          `did not happen in the browser: ${what}${last ? ` (${last.message})` : ""}; ${this.problems.join("; ")}`,
        );
      await sleep(POLL);
    }
  }
}
