// The least versions that npm/README.md states, and what would need newer ones.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { transform } from "esbuild";
import { inRoot } from "../../scripts/lib/paths.mjs";

const readme = readFileSync(inRoot("npm", "README.md"), "utf8");
const manifest = JSON.parse(readFileSync(inRoot("npm", "package.json"), "utf8"));

/** The versions of the table under "Where it runs". */
const stated = Object.fromEntries(
  [...readme.matchAll(/^\| (Chrome, Edge|Firefox|Safari|Node) \| (\d+(?:\.\d+)?) \|/gm)].map(([, name, version]) => [
    name,
    version,
  ]),
);
const targets = [
  `chrome${stated["Chrome, Edge"]}`,
  `firefox${stated.Firefox}`,
  `safari${stated.Safari}`,
  `node${stated.Node}`,
];

const sources = readdirSync(inRoot("npm", "src"), { recursive: true })
  .filter((path) => path.endsWith(".js"))
  .map((path) => [path, readFileSync(inRoot("npm", "src", path), "utf8")]);

test("the README, package.json and the error of the module state the same versions", () => {
  assert.deepEqual(Object.keys(stated), ["Chrome, Edge", "Firefox", "Safari", "Node"]);
  assert.equal(manifest.engines.node, `>=${stated.Node}`);
  const sentence = readFileSync(inRoot("npm", "src", "load", "module.js"), "utf8");
  const { "Chrome, Edge": chrome, Firefox, Safari, Node } = stated;
  assert.ok(sentence.includes(`use Chrome ${chrome}, Firefox ${Firefox}, Safari ${Safari}, Node ${Node} or later`));
});

// esbuild takes the newest property for all of them; \p{Surrogate} is of ES2018.
const supported = { "regexp-unicode-property-escapes": true };

test("no source has syntax that is newer than the stated versions", async () => {
  assert.ok(sources.length > 20);
  for (const [path, source] of sources) {
    const [newest, least] = await Promise.all(
      ["esnext", targets].map((target) => transform(source, { target, format: "esm", supported })),
    );
    // esbuild rewrites syntax that a target does not have.
    assert.equal(least.code, newest.code, path);
  }
});

// Functions that Chrome 93, Firefox 92, Safari 16.4 or Node 20.3 do not all have, and that are easily used.
const NEWER = {
  "String.prototype.isWellFormed": /\.isWellFormed\(|\.toWellFormed\(/,
  "Array.prototype.findLast, with, toSorted, toReversed and toSpliced":
    /\.(findLast|findLastIndex|toSorted|toReversed|toSpliced)\(/,
  "Array.fromAsync, Object.groupBy and Promise.withResolvers": /\b(fromAsync|groupBy|withResolvers)\(/,
  "Uint8Array.fromBase64 and toBase64": /\b(fromBase64|toBase64|fromHex|toHex)\(/,
  structuredClone: /\bstructuredClone\(/,
  "AbortSignal.timeout and AbortSignal.any": /AbortSignal\.(timeout|any)\(/,
  "Array.prototype.at": /\.at\(/,
  "the flag v of regular expressions": /\/[a-z]*v[a-z]*[;,.)]\s/,
};

test("no source calls what the stated versions do not have", () => {
  for (const [path, source] of sources)
    for (const [what, pattern] of Object.entries(NEWER)) assert.doesNotMatch(source, pattern, `${path}: ${what}`);
});
