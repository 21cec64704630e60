// Chromium by Playwright and Firefox by WebDriver, behind the few methods that scenarios for both are written with.
import { chromiumPath, openBrowser } from "./browser.mjs";
import { hasFirefox, openFirefox } from "./firefox.mjs";

const WAIT = 20_000; // ms, for what is waited for

/**
 * By name, each with what is `lacking`, if anything, and `open()`. Of what it opens, the tabs of one
 * `newProfile()` share their storage, and no two profiles do.
 */
export const browsers = {
  Chromium: { lacking: () => (chromiumPath() ? undefined : "Chromium"), open: openChromium },
  Firefox: { lacking: () => (hasFirefox() ? undefined : "Firefox with geckodriver"), open: openFirefoxTabs },
};

async function openChromium() {
  const browser = await openBrowser();
  const newProfile = async () => {
    const context = await browser.newContext({ locale: "en-GB" });
    return profile(
      async () => new ChromiumTab(await context.newPage()).watched(),
      () => context.close(),
    );
  };
  return { newProfile, close: () => browser.close() };
}

async function openFirefoxTabs() {
  const browser = await openFirefox();
  const newProfile = async () => {
    const container = await browser.newContainer();
    return profile(
      async () => new FirefoxTab(await browser.newPage(container)).watched(),
      () => browser.removeContainer(container),
    );
  };
  return { newProfile, close: browser.close };
}

/** `init(arg)`, a function without outside names, runs in each document ahead of its own scripts. */
const profile = (blank, close) => ({
  close,
  async newTab(url, { init, arg } = {}) {
    const tab = await blank();
    tab.origin = new URL(url).origin;
    if (init) await tab.page.addInitScript(init, arg);
    await tab.page.goto(url);
    return tab;
  },
});

/** One tab. `problems` are its console's errors and what else failed; `requests` the addresses it asked for. */
class Tab {
  constructor(page) {
    this.page = page;
  }

  /** What breaks the page's policy is a problem as well. */
  async watched() {
    await this.page.addInitScript(() => {
      addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`CSP violation: ${violatedDirective} ${blockedURI}`),
      );
    });
    return this;
  }

  reload = () => this.page.reload();
  bringToFront = () => this.page.bringToFront();

  /** What a function without outside names gives in the page for `arg`, which is JSON as the result is. */
  evaluate = (script, arg) => this.page.evaluate(script, arg);

  /** Until the function gives something that is true. */
  until = (script, arg) => this.page.waitForFunction(script, arg, { timeout: WAIT });

  /** The text of the first element that `selector` (CSS) finds. */
  text = (selector) => this.evaluate((it) => document.querySelector(it).textContent, selector);
  value = (selector) => this.evaluate((it) => document.querySelector(it).value, selector);

  /** Until the element can be seen, and its text fits `pattern`: a text that it has, or a regular expression. */
  async shows(selector, pattern = "") {
    const [source, flags] =
      pattern instanceof RegExp
        ? [pattern.source, pattern.flags]
        : [pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), ""];
    const seen = ([selector, source, flags]) => {
      const element = document.querySelector(selector);
      return element?.checkVisibility() && new RegExp(source, flags).test(element.textContent);
    };
    try {
      await this.until(seen, [selector, source, flags]);
    } catch (error) {
      const text = await this.evaluate((it) => document.querySelector(it)?.textContent, selector).catch(
        () => undefined,
      );
      throw new Error(`${selector} does not show ${pattern}, but: ${text}; ${this.problems.join("; ")}`, {
        cause: error,
      });
    }
  }

  /** Until the element is there and cannot be seen. */
  hides = (selector) => this.until((it) => document.querySelector(it)?.checkVisibility() === false, selector);

  /** Until the element with this id has the focus. */
  focuses = (id) => this.until((it) => document.activeElement?.id === it, id);
}

class ChromiumTab extends Tab {
  problems = [];
  requests = [];

  constructor(page) {
    super(page);
    page.setDefaultTimeout(WAIT);
    page.on(
      "console",
      (message) => void (["error", "warning"].includes(message.type()) && this.problems.push(message.text())),
    );
    page.on("pageerror", (error) => this.problems.push(`exception: ${error.message}`));
    page.on("request", (request) => this.requests.push(request.url()));
  }

  fill = (selector, text) => this.page.fill(selector, text);
  click = (selector) => this.page.click(selector);
  press = (key) => this.page.keyboard.press(key);
  addScript = (source) => this.page.evaluate(source);
  /** Of the whole profile: Playwright takes the network from a profile. */
  setOffline = (offline) => this.page.context().setOffline(offline);
}

class FirefoxTab extends Tab {
  get problems() {
    return this.page.problems;
  }

  /** But for its own: the dots of a password are a font in a data URL. */
  get requests() {
    return this.page.requests.filter((address) => !address.startsWith("data:"));
  }

  fill = async (selector, text) => (await this.page.find(selector)).fill(text);
  click = async (selector) => (await this.page.find(selector)).click();
  press = (key) => this.page.press(key);
  addScript = (source) => this.page.addScript(source);
  setOffline = (offline) => this.page.setOffline(offline);
}
