// The paths of folders and programs, for all scripts.
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const inRoot = (...parts) => join(root, ...parts);

export const toolsDir = inRoot(".tools");
export const toolsBin = inRoot(".tools", "bin");
export const logDir = inRoot("target", "logs");
export const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");
export const stateDir = inRoot(".wrangler", "state");

/** The argument list that runs a program of an npm package with the current Node. */
export const nodeProgram = (...parts) => [process.execPath, inRoot("node_modules", ...parts)];
export const wranglerProgram = [
  process.execPath,
  "--no-warnings",
  "--experimental-vm-modules",
  inRoot("node_modules", "wrangler", "wrangler-dist", "cli.js"),
];
