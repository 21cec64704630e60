// node fuzz/minimise.mjs TARGET…: copies inputs from corpus/TARGET to seeds/TARGET, but only the few small inputs that
// cover most of the features that the hand-written, named inputs do not cover. It removes the inputs of an earlier call.
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const MOST_FILES = 15;
const MOST_BYTES = 500;
const here = fileURLToPath(new URL(".", import.meta.url));

function run(command, args) {
  const { status } = spawnSync(command, args, { cwd: join(here, ".."), stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
}

// The features that each file covers: libFuzzer's control file has the files' names, and then lines `FT <file> <feature>…`.
function features(target) {
  const folder = mkdtempSync(join(tmpdir(), "portcullis-fuzz-"));
  const control = join(folder, "control");
  try {
    const folders = [folder, join(here, "corpus", target), join(here, "seeds", target)];
    run("cargo", ["fuzz", "run", target, ...folders, "--", "-merge=1", `-merge_control_file=${control}`]);
    const lines = readFileSync(control, "utf8").trim().split("\n");
    const count = Number(lines[0]);
    const reached = lines.slice(2, 2 + count).map((file) => ({ file, features: [] }));
    for (const line of lines.slice(2 + count)) {
      const [kind, index, ...rest] = line.split(" ");
      if (kind === "FT") reached[Number(index)].features = rest;
    }
    return reached;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const target of process.argv.slice(2)) {
  const seeds = join(here, "seeds", target);
  for (const name of readdirSync(seeds)) if (/^[0-9a-f]{12}$/.test(name)) rmSync(join(seeds, name));
  const all = features(target);
  const named = all.filter(({ file }) => file.startsWith(seeds));
  const known = new Set(named.flatMap((input) => input.features));
  let candidates = all.filter(({ file }) => !file.startsWith(seeds) && statSync(file).size <= MOST_BYTES);
  for (let left = MOST_FILES; left > 0; left -= 1) {
    candidates = candidates
      .map((input) => ({ ...input, features: input.features.filter((feature) => !known.has(feature)) }))
      .filter((input) => input.features.length > 0)
      .sort((a, b) => b.features.length - a.features.length);
    if (candidates.length === 0) break;
    const [best] = candidates;
    for (const feature of best.features) known.add(feature);
    const bytes = readFileSync(best.file);
    writeFileSync(join(seeds, createHash("sha256").update(bytes).digest("hex").slice(0, 12)), bytes);
  }
  const total = new Set(all.flatMap((input) => input.features)).size;
  console.log(`${target}: ${readdirSync(seeds).length} seeds reach ${known.size} of ${total} features`);
}
