// Allows one build at a time in a checkout: wrangler starts a build for every changed file without waiting for the
// previous build, and someone may run a build while `npm start` runs.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inRoot } from "./paths.mjs";
import { say } from "./ui.mjs";

const buildLock = inRoot("target", "build.lock");

function take(path) {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** The id of the process that holds the lock, if that process still runs. */
function holder(path) {
  try {
    const pid = Number(readFileSync(path, "utf8"));
    // An empty file gives 0, and process.kill would take 0 for this process's own group.
    if (!Number.isInteger(pid) || pid < 1) return undefined;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return error.code === "EPERM" ? "another user's" : undefined;
  }
}

/**
 * Takes the lock until this process ends, and returns undefined. If another process holds the lock, returns the id of
 * that process.
 */
export async function takeOrHolder(path) {
  for (let waits = 0; !take(path); waits += 1) {
    const pid = holder(path);
    if (pid !== undefined && waits > 0) return pid;
    if (waits > 1) rmSync(path, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  process.once("exit", () => rmSync(path, { force: true }));
  return undefined;
}

/** Runs `work` while no other build runs in this checkout. Waits until the lock is free. */
export async function withBuildLock(work, path = buildLock) {
  for (let waits = 0; !take(path); waits += 1) {
    const pid = holder(path);
    // The holder has ended. The file is checked twice, because a new holder may not have written its number yet.
    if (pid === undefined && waits % 2 === 1) rmSync(path, { force: true });
    if (waits === 10) say(`Waiting for the build that process ${pid} is doing …`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}
