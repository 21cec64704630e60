// Chromium for the tests of the npm package and of the page.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The path of Chromium: PORTCULLIS_CHROMIUM, or the first Chromium on PATH. */
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

/** A headless Chromium that makes no network requests of its own. */
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
