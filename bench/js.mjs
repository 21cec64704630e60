// node bench/js.mjs node|chromium|firefox|workerd|first-call|size [harness options]: measures our package and its peers.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const harness = join(root, "..", "shared", "bench", "js");
const [where, ...options] = process.argv.slice(2);
// The scripts of this folder that run in the copy of the harness.
const OWN = ["firefox", "first-call"];
const WHERE = ["node", "chromium", "workerd", "size", ...OWN];
if (!WHERE.includes(where)) throw new Error(`usage: node bench/js.mjs ${WHERE.join("|")} [options]`);
if (!existsSync(harness)) throw new Error("the peers' harness, ../shared/bench/js, is not here");

const folder = mkdtempSync(join(tmpdir(), "portcullis-bench-"));
const js = join(folder, "js");
const run = (command, args, cwd) => {
  const { status } = spawnSync(command, args, { cwd, stdio: "inherit" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed`);
};
/** Changes a file of the copied harness. Throws if the file does not have the text to replace. */
const patch = (name, ...changes) => {
  let text = readFileSync(join(js, name), "utf8");
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`the harness has changed: ${name} has no ${from}`);
    text = text.replace(from, () => to);
  }
  writeFileSync(join(js, name), text);
};

// workerd imports a WebAssembly module and does not compile bytes. So the harness must leave the import as it is, as
// bundlers for workerd do.
const WASM_MODULES = `
import { basename as __base, join as __join } from "node:path";
const __wasm = new Map();
const __modules = { name: "wasm modules", setup: ({ onResolve }) => onResolve({ filter: /\\.wasm$/ }, ({ path, resolveDir }) => {
  __wasm.set(__base(path), readFileSync(__join(resolveDir, path)));
  return { path: "./" + __base(path), external: true };
}) };
`;

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
    `import { portcullis } from "./portcullis.mjs";\n${table}\ncompetitors.push(...portcullis);\n`,
  );
  patch(
    "bench-workerd.mjs",
    ["const arg =", `${WASM_MODULES}const arg =`],
    ["loader: { '.json': 'json' } });", "loader: { '.json': 'json' }, plugins: [__modules] });"],
    [
      "modules: true, script: b.outputFiles[0].text,",
      `modulesRoot: "/", modules: [{ type: "ESModule", path: "/main.mjs", contents: b.outputFiles[0].text },
        ...[...__wasm].map(([name, contents]) => ({ type: "CompiledWasm", path: "/" + name, contents }))],`,
    ],
  );
  // The harness signs with HS256 only.
  const signs = (alg) => `{ id: 'sign-${alg}', kind: 'sign', alg: '${alg}' },`;
  patch("lib/prepare.mjs", [signs("HS256"), ["HS256", "ES256", "EdDSA"].map(signs).join(" ")]);
  patch("size.mjs", [
    "for (const k of ['verify', 'decode'])",
    "for (const k of Object.keys(t).filter((k) => k !== 'name' && k !== 'platform'))",
  ]);
  patch("size.mjs", [
    "async function size",
    'const { sizes } = await import("./portcullis.mjs");\ntable.push(...sizes);\nasync function size',
  ]);
  const script = OWN.includes(where)
    ? join(root, "bench", `${where}.mjs`)
    : where === "size"
      ? "size.mjs"
      : `bench-${where}.mjs`;
  run(process.execPath, [script, ...options], js);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
