// Programs from PyPI: from this checkout's own environment (`.ci/run` makes it from
// tools/requirements.txt), else from PATH.
import { existsSync } from "node:fs";
import { inRoot } from "./paths.mjs";
import { which } from "./run.mjs";

function program(name) {
  const own = inRoot(".tools", "venv", "bin", name);
  return existsSync(own) ? own : which(name);
}

export const schemathesis = () => program("schemathesis");
export const specValidator = () => program("openapi-spec-validator");
