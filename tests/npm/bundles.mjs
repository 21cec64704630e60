// Bundles of a program, made by each bundler with its defaults.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { bundlersAndPeers, runtimesDir } from "../../scripts/lib/runtimes.mjs";

const require = createRequire(join(runtimesDir, "package.json"));
const [major, minor] = process.versions.node.split(".").map(Number);
const nodeForVite = major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);

/** The reason why a test with a bundler is skipped, or false. */
export function without(bundler) {
  if (bundler === "esbuild") return false;
  if (!bundlersAndPeers()) return "SKIPPED: bundlers not here";
  return bundler === "vite" && !nodeForVite ? "SKIPPED: a Node that Vite runs on not here" : false;
}

const load = async (name) => import(pathToFileURL(require.resolve(name)));

async function runWebpack(options) {
  const { default: webpack } = await load("webpack");
  const compiler = webpack(options);
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats))),
  );
  await new Promise((resolve) => compiler.close(resolve));
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
}

/** Each function bundles `entry` (a file of `folder`) as `out` there: for a page, unless the bundler's own `options` differ. */
export const bundlers = {
  async esbuild(folder, entry, out, options = {}) {
    await build({
      ...{ entryPoints: [join(folder, entry)], outfile: join(folder, out), absWorkingDir: folder },
      ...{ bundle: true, minify: true, format: "esm", platform: "browser", target: "es2022", logLevel: "silent" },
      ...options,
    });
  },

  async vite(folder, entry, out) {
    const { build } = await load("vite");
    await build({
      ...{ root: folder, configFile: false, envFile: false, logLevel: "error", publicDir: false },
      build: {
        ...{ outDir: folder, emptyOutDir: false, target: "es2022", reportCompressedSize: false },
        rollupOptions: { input: join(folder, entry), output: { entryFileNames: out } },
      },
    });
  },

  async webpack(folder, entry, out, options = {}) {
    await runWebpack({
      ...{ mode: "production", context: folder, entry: join(folder, entry), target: "web" },
      output: { path: folder, filename: out },
      // A program with a top-level await must be a module.
      module: { rules: [{ test: /\.mjs$/, type: "javascript/esm" }] },
      ...options,
    });
  },
};

/** Each function bundles `entry` (a file of `folder`) into chunks in the folder `out`; for a page, but as ES modules, so that Node loads them as well. */
export const splitters = {
  async esbuild(folder, entry, out) {
    await build({
      ...{ entryPoints: [join(folder, entry)], outdir: out, outExtension: { ".js": ".mjs" }, absWorkingDir: folder },
      ...{
        bundle: true,
        splitting: true,
        minify: true,
        format: "esm",
        platform: "browser",
        target: "es2022",
        logLevel: "silent",
      },
    });
  },

  async vite(folder, entry, out) {
    const { build } = await load("vite");
    await build({
      ...{ root: folder, configFile: false, envFile: false, logLevel: "error", publicDir: false },
      build: {
        ...{ outDir: out, target: "es2022", reportCompressedSize: false, modulePreload: false },
        rollupOptions: { input: join(folder, entry), output: { entryFileNames: entry, chunkFileNames: "[hash].mjs" } },
      },
    });
  },

  async webpack(folder, entry, out) {
    await runWebpack({
      ...{ mode: "production", context: folder, entry: join(folder, entry), target: ["web", "es2022"] },
      output: {
        path: out,
        filename: entry,
        chunkFilename: "[contenthash].mjs",
        module: true,
        chunkFormat: "module",
        publicPath: "./",
      },
      experiments: { outputModule: true },
      optimization: { splitChunks: { minSize: 0 } },
    });
  },
};

/** Vite's development server, which sends the package through its optimizer. Returns the origin and `close()`. */
export async function viteServer(folder) {
  const { createServer } = await load("vite");
  const server = await createServer({
    ...{ root: folder, configFile: false, envFile: false, logLevel: "error", cacheDir: join(folder, ".vite") },
    server: { host: "127.0.0.1", port: 0, strictPort: false, hmr: false, ws: false, watch: null },
  });
  await server.listen();
  return { origin: `http://127.0.0.1:${server.httpServer.address().port}`, close: () => server.close() };
}

/** The modules of a Worker's program for Miniflare: its WASM is imported as a module, as Wrangler does. */
export async function workerdModules(folder, entry) {
  const wasm = new Set();
  const keep = ({ onResolve }) =>
    onResolve({ filter: /\.wasm$/ }, ({ path, resolveDir }) => {
      wasm.add(join(resolveDir, path));
      return { path: `./${basename(path)}`, external: true };
    });
  const { outputFiles } = await build({
    ...{
      entryPoints: [join(folder, entry)],
      absWorkingDir: folder,
      bundle: true,
      format: "esm",
      conditions: ["workerd"],
    },
    ...{ write: false, logLevel: "silent", plugins: [{ name: "wasm modules stay modules", setup: keep }] },
  });
  const compiled = [...wasm].map(async (path) => ({
    type: "CompiledWasm",
    path: `/${basename(path)}`,
    contents: await readFile(path),
  }));
  return [{ type: "ESModule", path: "/main.mjs", contents: outputFiles[0].text }, ...(await Promise.all(compiled))];
}

/** Options for Miniflare besides the modules: no request leaves the process. */
export const miniflareOptions = {
  cf: false,
  telemetry: { enabled: false },
  host: "127.0.0.1",
  port: 0,
  compatibilityDate: "2026-04-26",
  modulesRoot: "/",
};
