// The package as its users get it: packed, and installed offline into a folder of its own.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const source = fileURLToPath(new URL("../../npm", import.meta.url));

/** Returns the folder, the package's folder in it, its package.json, the list of packed files, the archive's path, and `remove()`. */
export async function install() {
  const top = await mkdtemp(join(tmpdir(), "portcullis-npm-"));
  const folder = join(top, "program");
  await mkdir(folder);
  // Nothing from outside: no registry and no user configuration.
  const env = {
    ...process.env,
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
    npm_config_cache: join(top, "cache"),
  };
  const npm = (args, cwd) => run("npm", args, { cwd, env });
  try {
    const { stdout } = await npm(["pack", "--json", "--pack-destination", top, source], top);
    const [packed] = JSON.parse(stdout);
    await npm(["install", "--offline", "--no-audit", "--no-fund", `../${packed.filename}`], folder);
    const root = join(folder, "node_modules", "portcullis");
    return {
      folder,
      root,
      packed,
      tarball: join(top, packed.filename),
      manifest: JSON.parse(await readFile(join(root, "package.json"), "utf8")),
      remove: () => rm(top, { recursive: true, force: true }),
    };
  } catch (error) {
    await rm(top, { recursive: true, force: true });
    throw error;
  }
}
