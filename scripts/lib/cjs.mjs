// Writes CommonJS for Node's `require`, beside the ES modules. Each module becomes one file with a source map, so that
// a debugger shows the sources in the package.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { filesUnder } from "./stamp.mjs";
import { inRoot } from "./paths.mjs";

const SRC = inRoot("npm", "src");
const OUT = inRoot("npm", "cjs");
// The JavaScript that wasm-bindgen writes.
const GLUE = "wasm/portcullis.js";

// Files that Node does not load: the entries for other runtimes, and a module that only those entries import.
const OTHERS = ["browser.js", "workerd.js", "compile.js"];

/** The sources, each with the path of its output. */
const sources = () =>
  filesUnder(["npm/src"])
    .filter((path) => !OTHERS.includes(basename(path)))
    .map((path) => ({ path, out: join(OUT, relative(SRC, path)) }));

const META = "import.meta.url";
// The import of a packed WebAssembly module. CommonJS reads the .wasm files instead, so the packed modules would only
// make the package larger.
const PACKED = /^import packed from "[^"]*_inline\.js";$/m;

/** Writes npm/cjs. npm/wasm must exist. */
export async function writeCommonJs() {
  const { stop, transform } = await import("esbuild");
  rmSync(OUT, { recursive: true, force: true });
  const all = [...sources(), { path: inRoot("npm", GLUE), out: join(OUT, GLUE) }];
  for (const { path, out } of all) {
    mkdirSync(dirname(out), { recursive: true });
    if (path.endsWith(".d.ts")) {
      copyFileSync(path, out);
      continue;
    }
    const source = readFileSync(path, "utf8").replace(PACKED, "const packed = undefined;");
    const usesMeta = source.includes(META);
    const { code, map } = await transform(source, {
      format: "cjs",
      platform: "node",
      target: "node20.3",
      sourcefile: relative(dirname(out), path).replaceAll("\\", "/"),
      sourcemap: "external",
      sourcesContent: false,
      ...(usesMeta && {
        define: { [META]: "__url" },
        banner: 'const __url = require("node:url").pathToFileURL(__filename);',
      }),
    });
    // The .wasm files stay in npm/wasm; npm/cjs has its own copy of wasm-bindgen's code.
    const own = code.replace(
      /require\("\.\.\/((?:\.\.\/)*)wasm\/portcullis\.js"\)/g,
      (_, up) => `require("${up || "./"}${GLUE}")`,
    );
    writeFileSync(out, `${own}//# sourceMappingURL=${basename(out)}.map\n`);
    writeFileSync(`${out}.map`, map);
  }
  await stop(); // Otherwise esbuild's service runs as long as this process.
  writeFileSync(join(OUT, "package.json"), '{ "type": "commonjs" }\n');
}
