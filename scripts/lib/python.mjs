// Finds programs from PyPI: in this checkout's own environment, which `.ci/run` makes from tools/requirements.txt, else
// in PATH.
import { existsSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { which } from "./run.mjs";

function program(name) {
  const own = inRoot(".tools", "venv", "bin", name);
  return existsSync(own) ? own : which(name);
}

export const schemathesis = () => program("schemathesis");
export const specValidator = () => program("openapi-spec-validator");
