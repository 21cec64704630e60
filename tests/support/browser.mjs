// Chromium, as the tests of the npm package and of the page start it.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** Where Chromium is: what PORTCULLIS_CHROMIUM names, else the first on PATH. */
export function chromiumPath() {
  if (process.env.PORTCULLIS_CHROMIUM) return process.env.PORTCULLIS_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A headless Chromium that asks nothing of any network on its own. */
export function openBrowser() {
  const executablePath = chromiumPath();
  if (!executablePath) throw new Error("no Chromium found: install one, or name it in PORTCULLIS_CHROMIUM");
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      "--no-first-run",
    ],
  });
}
