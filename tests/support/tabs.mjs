// Chromium by Playwright, and Firefox and WebKit by WebDriver, behind the methods that the shared scenarios use.
import { chromiumPath, openBrowser } from "./browser.mjs";
import { hasFirefox, openFirefox } from "./firefox.mjs";
import { hasWebKit, openWebKit } from "./webkit.mjs";

const WAIT = 20_000; // ms, for what is waited for

/**
 * For each browser: `lacking`, the reason why it cannot run here, and `open()`. Tabs of the same
 * `newProfile()` share their storage; different profiles share nothing.
 */
export const browsers = {
  Chromium: { lacking: () => (chromiumPath() ? undefined : "Chromium"), open: openChromium },
  Firefox: { lacking: () => (hasFirefox() ? undefined : "Firefox with geckodriver"), open: openFirefoxTabs },
  WebKit: { lacking: () => (hasWebKit() ? undefined : "WebKit with its driver and Xvfb"), open: openWebKitTabs },
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
      async () => new WebDriverTab(await browser.newPage(container)).watched(),
      () => browser.removeContainer(container),
    );
  };
  return { newProfile, close: browser.close };
}

/** Each profile is a WebKit of its own, because a session of WebKit's driver has one profile. */
async function openWebKitTabs() {
  const newProfile = async () => {
    const browser = await openWebKit();
    return profile(async () => new WebDriverTab(await browser.newPage()).watched(), browser.close);
  };
  return { newProfile, close: async () => {} };
}

/** `init(arg)` runs in each document before the document's own scripts. The function uses no outer names. */
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

/** One tab. `problems` holds the errors of its console and other failures; `requests` holds the addresses it requested. */
class Tab {
  constructor(page) {
    this.page = page;
  }

  /** A violation of the page's policy counts as a problem, too. */
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

  /** The value of a function in the page. The function uses no outer names; `arg` and the result are JSON. */
  evaluate = (script, arg) => this.page.evaluate(script, arg);

  /** Waits until the function returns a truthy value. */
  until = (script, arg) => this.page.waitForFunction(script, arg, { timeout: WAIT });

  /** The text of the first element that `selector` (CSS) finds. */
  text = (selector) => this.evaluate((it) => document.querySelector(it).textContent, selector);
  value = (selector) => this.evaluate((it) => document.querySelector(it).value, selector);

  /** Waits until the element is visible and its text matches `pattern`: a substring or a regular expression. */
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

  /** Waits until the element exists and is hidden. */
  hides = (selector) => this.until((it) => document.querySelector(it)?.checkVisibility() === false, selector);

  /** Waits until the element with this id has the focus. */
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
  /** Sets the whole profile offline, because Playwright has no such setting for one tab. */
  setOffline = (offline) => this.page.context().setOffline(offline);
}

class WebDriverTab extends Tab {
  get problems() {
    return this.page.problems;
  }

  /** Without the browser's own requests: the dots of a password are a font in a data URL in Firefox. */
  get requests() {
    return this.page.requests.filter((address) => !address.startsWith("data:"));
  }

  fill = async (selector, text) => (await this.page.find(selector)).fill(text);
  click = async (selector) => (await this.page.find(selector)).click();
  press = (key) => this.page.press(key);
  addScript = (source) => this.page.addScript(source);
  setOffline = (offline) => this.page.setOffline(offline);
}
