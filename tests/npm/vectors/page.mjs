// Runs the vectors in a page, which contains them.
import * as portcullis from "../../../npm/src/browser.js";
import * as legacy from "../../../npm/src/legacy/browser.js";
import * as assert from "../assert.mjs";
import { runVectors } from "./cases.mjs";

globalThis.results = runVectors(
  { portcullis, legacy },
  assert,
  JSON.parse(document.getElementById("data").textContent),
);
