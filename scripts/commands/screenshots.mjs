// `node scripts/screenshots.mjs`: builds what is out of date, and takes docs/images/*.webp of the page
// in Chromium, with the real Worker. The time, the issuer and the reader's time zone are always the same, and the
// pictures show no random part of a token.
import { mkdirSync, writeFileSync } from "node:fs";
import { chromium } from "../lib/browsers.mjs";
import { all } from "../lib/graph.mjs";
import { withBuildLock } from "../lib/lock.mjs";
import { inRoot } from "../lib/paths.mjs";
import { checkMachine, npmPackages } from "../lib/setup.mjs";
import { npm, page, worker } from "../lib/steps.mjs";
import { PlainError, begin, main } from "../lib/ui.mjs";

const folder = inRoot("docs", "images");

await main(async () => {
  checkMachine();
  if (!chromium()) throw new PlainError("No Chromium found: install one, or name it in CHROMIUM.");
  process.env.PORTCULLIS_CHROMIUM = chromium();
  await withBuildLock(() => all([npmPackages, npm, worker, page]));
  mkdirSync(folder, { recursive: true });
  // Imported here because it needs the package that was just built.
  const { pictures } = await import("../lib/pictures.mjs");
  const end = begin("screenshots");
  let bytes = 0,
    count = 0;
  for await (const { name, image } of pictures()) {
    writeFileSync(inRoot("docs", "images", `${name}.webp`), image);
    bytes += image.length;
    count += 1;
  }
  end(true, `(${count} in docs/images, ${(bytes / 1000).toFixed(0)} kB)`);
});
