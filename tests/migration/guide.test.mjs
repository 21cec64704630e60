// docs/guides/migrate-from-flask.md: its commands exist, and its settings work.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { newFolder, portcullis } from "./flask.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const guide = readFileSync(join(root, "docs", "guides", "migrate-from-flask.md"), "utf8");

/** The code blocks of a language, including indented blocks. */
const blocks = (language) =>
  [...guide.matchAll(new RegExp("^( *)```" + language + "\\n([^]*?)^ *```$", "gm"))].map(([, , text]) => text);

/** The commands of a program, split at white space: no argument here contains a space. */
const commands = (program) =>
  blocks("sh")
    .flatMap((text) => text.split("\n"))
    .flatMap((line) => line.split(" | "))
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${program} `))
    .map((line) => line.slice(program.length).trim().split(/\s+/));

test("each command of portcullis in the guide exists", async () => {
  const all = commands("portcullis");
  assert.ok(all.length > 10);
  for (const words of all) {
    // The arguments before --help are parsed, so an unknown one is refused.
    const { code, stdout, stderr } = await portcullis(root, [...words, "--help"]);
    assert.equal(code, 0, `${words.join(" ")}: ${stderr}`);
    assert.match(stdout, /^Usage: portcullis /m);
  }
});

test("each command of wrangler in the guide exists", { timeout: 120_000 }, async () => {
  const wrangler = join(root, "node_modules", ".bin", "wrangler");
  const all = new Set(commands("npx wrangler").map((words) => words.filter((word) => /^[a-z]+$/.test(word)).join(" ")));
  assert.ok(all.size > 3);
  for (const command of all) {
    const { stdout } = await promisify(execFile)(wrangler, [...command.split(" "), "--help"], {
      env: { ...process.env, WRANGLER_SEND_METRICS: "false", WRANGLER_LOG_PATH: "/dev/null" },
    });
    assert.ok(stdout.includes(`wrangler ${command}`), `${command}: ${stdout}`);
  }
});

test("the doctor accepts the guide's settings", async () => {
  const { folder, remove } = newFolder();
  try {
    const settings = blocks("toml")
      .join("\n")
      .replaceAll(/^TOKEN_\w+ = .*$/gm, ""); // Which are there already.
    assert.match(settings, /LEGACY_UNTIL/);
    const config = readFileSync(join(root, "wrangler.toml"), "utf8");
    mkdirSync(join(folder, "www", "dist"), { recursive: true });
    writeFileSync(join(folder, "wrangler.toml"), config.replace("[vars]\n", `[vars]\n${settings}\n`));
    const { code, stdout } = await portcullis(folder, ["doctor", "--json"]);
    assert.equal(code, 0, stdout);
  } finally {
    remove();
  }
});

test("the guide has the import's codes of rows that cannot be imported", () => {
  const sources = ["reasons.rs", "hash.rs"]
    .map((name) => readFileSync(join(root, "crates", "cli", "src", "import", name), "utf8"))
    .join("");
  const codes = [...guide.matchAll(/`((?:hash|name|id)_[a-z_]+)`/g)]
    .map(([, code]) => code)
    .filter((code) => code !== "hash_password");
  assert.ok(codes.length > 5);
  for (const code of codes) assert.ok(sources.includes(`"${code}"`), code);
});
