// Finds the browsers and their drivers: in the environment, else in PATH and cargo's own folder.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cargoHome, inRoot } from "./paths.mjs";
import { which } from "./run.mjs";

const cargoBin = (name) => {
  const path = join(cargoHome, "bin", name);
  return existsSync(path) ? path : undefined;
};

export const chromium = () =>
  process.env.CHROMIUM || which("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
export const chromedriver = () => process.env.CHROMEDRIVER || which("chromedriver");
export const firefox = () => process.env.FIREFOX || which("firefox-esr", "firefox");
export const geckodriver = () => process.env.GECKODRIVER || which("geckodriver") || cargoBin("geckodriver");

export const webkitDriver = () => process.env.WEBKIT_DRIVER || which("WebKitWebDriver");
export const xvfb = () => which("Xvfb");

/** MiniBrowser, which Debian installs next to the libraries of WebKit: /usr/lib/<architecture>/<library>/MiniBrowser. */
export function miniBrowser() {
  if (process.env.MINIBROWSER) return process.env.MINIBROWSER;
  const libraries = (existsSync("/usr/lib") ? readdirSync("/usr/lib") : [])
    .filter((name) => name.includes("-linux-gnu"))
    .flatMap((name) => ["webkit2gtk-4.1", "webkitgtk-6.0"].map((library) => join("/usr/lib", name, library)));
  return which("MiniBrowser") ?? libraries.map((library) => join(library, "MiniBrowser")).find(existsSync);
}

/** Writes a copy of webdriver.json, which wasm-pack reads too, with the path of the browser. Returns its path. */
export function capabilities(browser) {
  const text = existsSync(inRoot("webdriver.json")) ? readFileSync(inRoot("webdriver.json"), "utf8") : "{}";
  const all = JSON.parse(text);
  const [name, binary] =
    browser === "chromium" ? ["goog:chromeOptions", chromium()] : ["moz:firefoxOptions", firefox()];
  const path = inRoot("target", "webdriver", `${browser}.json`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, JSON.stringify({ [name]: { ...all[name], binary } }));
  return path;
}
