// Firefox for the tests: starts geckodriver, and opens pages with the methods that the tests use.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { firefox, geckodriver } from "../../scripts/lib/browsers.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { FirefoxPage } from "./firefox-page.mjs";
import { Session } from "./webdriver.mjs";

// Load no site icons: nobody sees them, and a page's policy may block them, which the console would report.
const NO_ICONS = { "browser.chrome.site_icons": false };

/** Whether Firefox and geckodriver are installed. */
export const hasFirefox = () => Boolean(firefox() && geckodriver());

/** Starts geckodriver on a free port; resolves with its URL when geckodriver listens. */
function startDriver() {
  const driver = spawn(
    geckodriver(),
    ["--host", "127.0.0.1", "--port", "0", "--websocket-port", "0", "--binary", firefox()],
    {
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let said = "";
  const url = new Promise((resolve, reject) => {
    const read = (data) => {
      said = (said + data).slice(-20_000);
      const [, port] = /Listening on 127\.0\.0\.1:(\d+)/.exec(said) ?? [];
      if (port) resolve(`http://127.0.0.1:${port}`);
    };
    driver.stdout.on("data", read);
    driver.stderr.on("data", read);
    driver.once("error", reject);
    driver.once("exit", (code) => reject(new Error(`geckodriver ended (${code}): ${said}`)));
  });
  const end = async () => {
    if (driver.exitCode !== null || driver.signalCode !== null) return;
    const gone = new Promise((resolve) => driver.once("exit", resolve));
    driver.kill();
    await gone;
  };
  return { url, end };
}

/**
 * A headless Firefox that makes no network requests of its own, with `newPage()` and `close()`. Its pages
 * share their storage, like the tabs of one browser, unless they belong to different containers (`newContainer()`);
 * `prefs` are preferences of Firefox (about:config).
 */
export async function openFirefox({ prefs = {} } = {}) {
  if (!hasFirefox())
    throw new Error("no Firefox with geckodriver found: install them, or name them in FIREFOX and GECKODRIVER");
  const own = JSON.parse(readFileSync(inRoot("webdriver.json"), "utf8"))["moz:firefoxOptions"].prefs;
  const driver = startDriver();
  try {
    const session = await Session.open(await driver.url, {
      webSocketUrl: true,
      "moz:firefoxOptions": { args: ["-headless"], prefs: { ...own, ...NO_ICONS, ...prefs } },
    });
    await session.bidi.send("session.subscribe", {
      events: ["log.entryAdded", "network.beforeRequestSent", "network.fetchError"],
    });
    return {
      session,
      newPage: async (container = {}) => {
        const { context } = await session.bidi.send("browsingContext.create", { type: "tab", ...container });
        return new FirefoxPage(session, context);
      },
      newContainer: () => session.bidi.send("browser.createUserContext"),
      /** Closes the pages of the container as well, and deletes their storage. */
      removeContainer: (container) => session.bidi.send("browser.removeUserContext", container),
      close: async () => {
        await session.end().finally(() => driver.end());
      },
    };
  } catch (error) {
    await driver.end();
    throw error;
  }
}
