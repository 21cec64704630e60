// WebKit for the tests: starts a display and WebKit's driver, and opens pages with the methods that the tests use.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { miniBrowser, webkitDriver, xvfb } from "../../scripts/lib/browsers.mjs";
import { Session } from "./webdriver.mjs";
import { WATCH, WebKitPage } from "./webkit-page.mjs";
import { startProxy } from "./webkit-proxy.mjs";

const START = 20_000; // ms, the longest wait for the driver

/** Whether MiniBrowser, its driver and Xvfb are installed. */
export const hasWebKit = () => Boolean(miniBrowser() && webkitDriver() && xvfb());

/** A program that `end()` ends. `failed` rejects when the program does not start or ends by itself. */
function start(command, args, options) {
  const program = spawn(command, args, options);
  const gone = new Promise((resolve) => program.once("exit", resolve).once("error", resolve));
  const failed = gone.then((cause) => {
    throw new Error(`${command} ended (${cause})`);
  });
  failed.catch(() => {});
  const end = async () => {
    program.kill();
    await gone;
  };
  return { program, failed, end };
}

/** A display in memory, because MiniBrowser has no headless mode. `name` resolves when the display is ready. */
function startDisplay() {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const { program, failed, end } = start(xvfb(), args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const number = new Promise((resolve) => program.stdio[3].once("data", resolve));
  return { name: Promise.race([number.then((data) => `:${String(data).trim()}`), failed]), end };
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts WebKit's driver on a free port, which it cannot choose itself. `url` resolves when the driver listens. */
function startDriver(port, DISPLAY) {
  // WebKit for GTK 4 always starts its sandbox, which needs namespaces that containers do not give. The pages are our own.
  const env = { ...process.env, DISPLAY, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1" };
  const { failed, end } = start(webkitDriver(), [`--port=${port}`], { stdio: "ignore", env });
  const url = `http://127.0.0.1:${port}`;
  const listening = async () => {
    const until = Date.now() + START;
    for (;;) {
      const ready = await fetch(`${url}/status`, { headers: { connection: "close" } }).catch(() => undefined);
      if (ready?.ok) return url;
      if (Date.now() > until) throw new Error("WebKitWebDriver does not listen");
      await sleep(50);
    }
  };
  return { url: Promise.race([listening(), failed]), end };
}

/**
 * A WebKit that makes requests only to this machine, with `newPage()` and `close()`. Its pages share their storage, as
 * the tabs of one browser do. Another WebKit shares nothing with it.
 */
export async function openWebKit() {
  if (!hasWebKit()) throw new Error("no WebKit found: install webkit2gtk-driver and xvfb");
  const parts = [];
  const close = async () => {
    for (const end of parts.splice(0).toReversed()) await end();
  };
  try {
    const proxy = await startProxy();
    parts.push(proxy.close);
    proxy.scripts.add(WATCH);
    const display = startDisplay();
    parts.push(display.end);
    const driver = startDriver(await freePort(), await display.name);
    parts.push(driver.end);
    const session = await Session.open(await driver.url, {
      "webkitgtk:browserOptions": { binary: miniBrowser(), args: ["--automation"] },
      proxy: { proxyType: "manual", httpProxy: proxy.address, noProxy: [] },
    });
    parts.push(() => session.end());
    // The first window stays open, because MiniBrowser ends with its last window.
    const first = await session.command("GET", "/window");
    const newPage = async () => {
      // WebKit slows down hidden tabs, so each page gets a window of its own.
      const { handle } = await session.command("POST", "/window/new", { type: "window" }, first);
      return new WebKitPage(session, handle, proxy);
    };
    return { newPage, close };
  } catch (error) {
    await close();
    throw error;
  }
}
