// CommonJS for Node's `require`, beside the ES modules: file by file, so that a debugger shows the
// sources, which are in the package, by a map.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { filesUnder } from "./stamp.mjs";
import { inRoot } from "./paths.mjs";

const SRC = inRoot("npm", "src");
const OUT = inRoot("npm", "cjs");
const GLUE = "wasm/portcullis.js";

// What Node does not load: entries for others, and what only those import.
const OTHERS = ["browser.js", "workerd.js", "compile.js"];

/** The sources, with where each is written to. */
const sources = () =>
  filesUnder(["npm/src"])
    .filter((path) => !OTHERS.includes(basename(path)))
    .map((path) => ({ path, out: join(OUT, relative(SRC, path)) }));

const META = "import.meta.url";
// The modules in sources, which would stand in the package once more: what is required has the files.
const PACKED = /^import packed from "[^"]*_inline\.js";$/m;

/** Writes npm/cjs, where npm/wasm is. */
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
    // Its WASM stays where it is, the glue has a copy here.
    const own = code.replace(
      /require\("\.\.\/((?:\.\.\/)*)wasm\/portcullis\.js"\)/g,
      (_, up) => `require("${up || "./"}${GLUE}")`,
    );
    writeFileSync(out, `${own}//# sourceMappingURL=${basename(out)}.map\n`);
    writeFileSync(`${out}.map`, map);
  }
  await stop(); // Its service would stay for as long as this process.
  writeFileSync(join(OUT, "package.json"), '{ "type": "commonjs" }\n');
}
