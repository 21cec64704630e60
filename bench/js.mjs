// node bench/js.mjs node|chromium [harness options]: our package among its peers.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const harness = join(root, "..", "shared", "bench", "js");
const [where, ...options] = process.argv.slice(2);
if (!["node", "chromium"].includes(where)) throw new Error("usage: node bench/js.mjs node|chromium [options]");
if (!existsSync(harness)) throw new Error("the peers' harness, ../shared/bench/js, is not here");

const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-"));
const js = join(folder, "js");
const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
};
try {
  run(process.execPath, [join(root, "scripts", "build.mjs"), "npm"], root);
  cpSync(harness, js, { recursive: true });
  run("chmod", ["-R", "u+w", js], folder); // the shared folder may be read-only
  run("npm", ["ci", "--silent", "--no-audit", "--no-fund"], js);
  run("npm", ["pack", "--silent", "--pack-destination", folder], join(root, "npm"));
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", join(folder, tarball)], js);
  cpSync(join(root, "bench", "portcullis.mjs"), join(js, "portcullis.mjs"));
  const table = readFileSync(join(js, "competitors.mjs"), "utf8");
  writeFileSync(
    join(js, "competitors.mjs"),
    `import { portcullis } from "./portcullis.mjs";\n${table}\ncompetitors.push(portcullis);\n`,
  );
  run(process.execPath, [`bench-${where}.mjs`, ...options], js);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
