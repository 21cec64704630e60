// Builds the Worker, the npm package and the page.
import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { basename, dirname, join, relative } from "node:path";
import { writeCommonJs } from "./cjs.mjs";
import { entryFiles, isEntryFile, writeEntries } from "./entries.mjs";
import { Step } from "./graph.mjs";
import { pack } from "./pack.mjs";
import { inRoot, nodeProgram, toolsBin } from "./paths.mjs";
import { reduce } from "./reduce.mjs";
import { remapPaths } from "./remap.mjs";
import { run } from "./run.mjs";
import { WORKER_BUILD, bindgen, npmPackages, wasmTarget, workerBuild } from "./setup.mjs";
import { Stamp, filesUnder } from "./stamp.mjs";
import { WASM_TARGET, cargoEnv, checkRust, locked } from "./toolchain.mjs";

// wasm-opt optimizes for speed: its output is no smaller when it optimizes for size.
const WASM_OPT = "-O3";

/** cargo's arguments that set the optimization level of each crate. */
const profile = (levels) =>
  Object.entries(levels).flatMap(([name, level]) => [
    "--config",
    `profile.release.package.${name}.opt-level=${JSON.stringify(level)}`,
  ]);
// rustc optimizes the npm package for size, except for the hashing. Functions that run for each token are marked for
// inlining in the source. This makes `portcullis` a tenth smaller. `portcullis/inspect` is small enough for a level
// that is a tenth faster. P-256 is as fast with `s` as with a higher level. SHA-1 only derives the keys of
// itsdangerous, except in `portcullis/password`.
const npmProfile = (levels) => profile({ p256: "s", sha1: "s", ...levels });

// The features that rustc's defaults and .cargo/config.toml may use. Current browsers and workerd support all of them.
const WASM_FEATURES = [
  "mutable-globals",
  "sign-ext",
  "nontrapping-float-to-int",
  "bulk-memory",
  "multivalue",
  "reference-types",
  "simd",
].map((feature) => `--enable-${feature}`);

const wasmOpt = nodeProgram("binaryen", "bin", "wasm-opt");
const esbuildProgram = inRoot("node_modules", ".bin", "esbuild");

const wasmSource = (...crates) => filesUnder(["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "src", ...crates]);
const scriptSource = () =>
  filesUnder(["cjs", "entries", "pack", "reduce", "remap", "steps"].map((name) => `scripts/lib/${name}.mjs`));
const versions = () => {
  const { devDependencies } = JSON.parse(readFileSync(inRoot("package.json"), "utf8"));
  return [checkRust(), devDependencies.binaryen, devDependencies.esbuild];
};
const stamp = (name, inputs, outputs) => new Stamp(inRoot("target", "stamps", name), inputs, outputs);
const size = (path) => {
  const bytes = readFileSync(inRoot(path));
  const kilo = (count) => `${(count / 1000).toFixed(1)} kB`;
  return `(${kilo(bytes.length)}, ${kilo(gzipSync(bytes, { level: 9 }).length)} gzip)`;
};

// --- The Worker

// rustc optimizes the Worker for size, except for the hashing, whose crates have levels of their own in Cargo.toml.
// Functions that run for each request are marked for inlining in the source.
const workerProfile = ["--config", 'profile.release.opt-level="z"', ...profile({ p256: "s" })];
const workerTarget = inRoot("target", "worker");
const workerInputs = (features) => () => ({
  files: [...wasmSource("crates/worker"), ...scriptSource(), ...filesUnder(["tools/Cargo.lock"])],
  values: [...versions(), WORKER_BUILD, features],
});
// worker-build also sets WASM_BINDGEN_USE_JS_SYS for wasm-bindgen's macro, so both builds compile the same code.
const workerEnv = () =>
  cargoEnv({
    CARGO_TARGET_DIR: workerTarget,
    WASM_BINDGEN_USE_JS_SYS: "1",
  });

/** Compiles the Worker before worker-build does, so that this runs while the tools are built. */
const workerWasm = new Step({
  label: "Worker: compiling",
  priority: 2,
  uses: [wasmTarget],
  stamp: stamp("worker-wasm", workerInputs("worker")),
  run: async () => {
    const what = ["--package", "portcullis-worker", "--lib", "--release", "--target", WASM_TARGET];
    await run(["cargo", "build", ...what, ...workerProfile, ...remapPaths(), ...locked], {
      env: workerEnv(),
      log: "worker-wasm",
    });
  },
});

const workerScripts = () => readdirSync(inRoot("crates", "worker", "js"));
/** The files of a built Worker, in the folder `outDir`. */
const workerFiles = (outDir) => [...workerScripts(), "glue.js", "portcullis.wasm"].map((name) => `${outDir}/${name}`);

const buildWorker = async (features, outDir, log, level) => {
  const made = inRoot("target", "worker-build", log);
  await run(
    [
      join(toolsBin, "worker-build"),
      ...["--release", "--out-dir", made, "--no-opt"],
      ...[...features, ...workerProfile, ...remapPaths(), ...locked],
    ],
    {
      log,
      cwd: inRoot("crates", "worker"),
      env: {
        ...workerEnv(),
        WASM_BINDGEN_BIN: join(toolsBin, "wasm-bindgen"),
        ESBUILD_BIN: esbuildProgram,
      },
    },
  );
  // worker-build does not run wasm-opt here, because it would keep the names of all functions: a tenth of the size with
  // gzip. A panic's message names its place in the source even without these names.
  const out = inRoot(outDir);
  mkdirSync(out, { recursive: true });
  const strip = ["--enable-exception-handling", "--strip-debug", "--strip-producers"];
  const files = [join(made, "index_bg.wasm"), "-o", join(out, "portcullis.wasm")];
  await run([...wasmOpt, level, ...WASM_FEATURES, ...strip, ...files], { log: `${log}-wasm-opt` });
  const glue = readFileSync(join(made, "index.js"), "utf8");
  if (!glue.includes('"./index_bg.wasm"')) throw new Error("worker-build's index.js no longer imports ./index_bg.wasm");
  writeFileSync(join(out, "glue.js"), glue.replace('"./index_bg.wasm"', '"./portcullis.wasm"'));
  for (const name of workerScripts()) copyFileSync(inRoot("crates", "worker", "js", name), join(out, name));
  // Removes files of an earlier build. The others stay in place, because wrangler watches them.
  const current = new Set(workerFiles(outDir).map((path) => basename(path)));
  for (const name of readdirSync(out).filter((name) => !current.has(name)))
    rmSync(join(out, name), { recursive: true });
};

/** Copies a built folder into the npm package, without source maps. */
function copyToPackage(from, name) {
  const to = inRoot("npm", name);
  rmSync(to, { recursive: true, force: true });
  cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith(".map") });
}

export const worker = new Step({
  label: "Worker",
  uses: [npmPackages, bindgen, workerBuild, workerWasm],
  stamp: stamp("worker", workerInputs("worker"), [...workerFiles("build"), "npm/worker"]),
  run: async () => {
    await buildWorker([], "build", "worker", WASM_OPT);
    // This repository's wrangler.toml and the users of the npm package deploy the same files.
    copyToPackage(inRoot("build"), "worker");
    return size("build/portcullis.wasm");
  },
});

/** A Worker with a route that panics, only for the tests. It is never deployed. */
export const workerPanics = new Step({
  label: "Worker with a route that panics (for tests)",
  needs: [worker],
  uses: [npmPackages, bindgen, workerBuild, workerWasm],
  stamp: stamp("worker-panics", workerInputs("panic-route"), workerFiles("target/worker-panics/build")),
  run: async () => {
    await buildWorker(["--features", "panic-route"], "target/worker-panics/build", "worker-panics", "-O1");
  },
});

// --- The npm package

const npmTarget = inRoot("target", "npm");
const npmInputs = () => ({
  files: [...wasmSource("crates/wasm"), ...scriptSource()],
  values: versions(),
});

const npmCompiled = (name) => join(npmTarget, `${name}.wasm`);

// Our code of PBKDF2 and scrypt is as fast with `s` as with 3, and makes the module a sixth smaller. SHA-1 needs 3,
// because PBKDF2 runs it for many iterations.
const HASHING = { sha1: 3 };

// The package's modules: each one's crate in crates/wasm/entries, the optimization level of our own crates, and the
// levels of other crates.
const MODULES = {
  portcullis: { entry: "tokens", level: "z" },
  legacy: { entry: "legacy", level: "z" },
  issuer: { entry: "issuer", level: "z" },
  signatures: { entry: "signatures", level: "z" },
  password: { entry: "password", level: "s", levels: HASHING },
};

/** The compiled modules, by their paths below the root. */
export const npmModules = Object.keys(MODULES).map((name) => `target/npm/${name}.wasm`);

const npmWasm = new Step({
  label: "npm package: compiling",
  priority: 1,
  uses: [wasmTarget],
  stamp: stamp("npm-wasm", npmInputs, npmModules),
  run: async () => {
    for (const [name, { entry, level, levels }] of Object.entries(MODULES)) {
      const crate = `portcullis-wasm-${entry}`;
      const ours = { portcullis: level, "portcullis-wasm": "z", [crate]: level };
      const what = ["--package", crate, "--lib", "--release", "--target", WASM_TARGET];
      const cargo = ["cargo", "build", ...what, ...npmProfile({ ...ours, ...levels }), ...remapPaths(), ...locked];
      await run(cargo, { env: cargoEnv({ CARGO_TARGET_DIR: npmTarget }), log: `npm-wasm-${name}` });
      copyFileSync(join(npmTarget, WASM_TARGET, "release", `portcullis_wasm_${entry}.wasm`), npmCompiled(name));
    }
  },
});

/** Optimizes a module and writes it to `out`, as WebAssembly and, for browsers and bundlers, as a JavaScript source. */
async function finishModule(name, from, out) {
  const path = join(out, `${name}.wasm`);
  copyFileSync(from, path);
  await reduce(path);
  const strip = ["--strip-debug", "--strip-producers"];
  await run([...wasmOpt, WASM_OPT, ...WASM_FEATURES, ...strip, path, "-o", path], { log: `npm-wasm-opt-${name}` });
  // The source is loaded with the package, so nothing has to be fetched or awaited.
  writeFileSync(join(out, `${name}_inline.js`), `export default "${pack(readFileSync(path))}";\n`);
  return `${name} ${size(relative(inRoot(), path))}`;
}

export const npm = new Step({
  label: "npm package",
  needs: [npmWasm],
  uses: [npmPackages],
  stamp: stamp("npm", () => {
    const { files, values } = npmInputs();
    return { files: [...files, ...filesUnder(["npm/src"], (path) => !isEntryFile(path))], values };
  }, ["npm/wasm", "npm/cjs", ...Object.keys(entryFiles()).map((path) => `npm/src/${path}`)]),
  run: async () => {
    const out = inRoot("npm", "wasm");
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out, { recursive: true });
    const finished = await Promise.all(Object.keys(MODULES).map((name) => finishModule(name, npmCompiled(name), out)));
    writeEntries();
    await writeCommonJs();
    return finished.join(", ");
  },
});

// --- The page

const dist = inRoot("www", "dist");
const inBuiltPackage = (path) => /^npm[\\/](worker|www)[\\/]/.test(path);
const inDist = (path) => path === join("www", "dist") || path.startsWith(join("www", "dist", ""));
const pageFiles = () => filesUnder(["www"], (path) => !inDist(path));

export const page = new Step({
  label: "page",
  needs: [npm],
  uses: [npmPackages],
  stamp: stamp(
    "page",
    () => ({
      files: [...pageFiles(), ...filesUnder(["npm"], (path) => !inBuiltPackage(path)), ...scriptSource()],
      values: versions(),
    }),
    ["www/dist", "npm/www"],
  ),
  run: async () => {
    const { build, stop } = await import("esbuild");
    mkdirSync(dist, { recursive: true });
    // A file that the page loads on demand has a hash of its content in its name, so browsers may cache it forever
    // (www/_headers).
    const { metafile } = await build({
      absWorkingDir: inRoot(),
      entryPoints: [
        { in: "www/app.js", out: "app" },
        { in: "www/style/style.css", out: "style" },
      ],
      outdir: "www/dist",
      chunkNames: "chunks/[name]-[hash]",
      splitting: true,
      bundle: true,
      minify: true,
      sourcemap: true,
      metafile: true,
      format: "esm",
      target: "es2022",
      platform: "browser",
      conditions: ["browser"],
      logLevel: "silent",
    });
    await stop(); // Otherwise esbuild's service runs as long as this process.
    const made = new Set(Object.keys(metafile.outputs).map((path) => inRoot(path)));
    for (const source of pageFiles().filter((path) => !/\.(js|css)$/.test(path))) {
      const target = join(dist, relative(inRoot("www"), source));
      mkdirSync(dirname(target), { recursive: true });
      cpSync(source, target);
      made.add(target);
    }
    // Removes files of an earlier build. The folder itself stays, because wrangler watches it.
    for (const name of readdirSync(dist, { recursive: true })) {
      const path = join(dist, name);
      if (statSync(path).isFile() && !made.has(path)) rmSync(path);
    }
    copyToPackage(dist, "www");
    return size("www/dist/app.js");
  },
});
