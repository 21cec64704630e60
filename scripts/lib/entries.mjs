// The files by which runtimes and bundlers find an entry of the npm package. They differ only in the entry and in how
// the runtime gets the module, so they are written from one table. `imports` in package.json could replace none of the
// browsers' files, because a browser without a bundler does not resolve `#…`, and relative paths work in every tool.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { inRoot } from "./paths.mjs";

const READING = ["decode", "expiresAt", "inspect", "isExpired", "secondsLeft"];

/** `make`, exported by `from`, makes the `functions` from a compiled module. `errors` exports the class `error`. */
const ENTRIES = [
  {
    ...{ folder: "", module: "portcullis", make: "apiOf", from: "api.js", error: "TokenError", errors: "error.js" },
    functions: [...READING, "generateKey", "publicKey", "secretKey", "sign", "Signer", "verify", "Verifier"],
  },
  {
    ...{
      folder: "inspect",
      module: "inspect",
      make: "inspectorOf",
      from: "inspect/of.js",
      error: "TokenError",
      errors: "error.js",
    },
    functions: READING,
  },
  {
    ...{
      folder: "legacy",
      module: "legacy",
      make: "legacyOf",
      from: "legacy/of.js",
      error: "TokenError",
      errors: "error.js",
    },
    functions: ["verifyLegacy"],
  },
  {
    ...{
      folder: "password",
      module: "password",
      make: "hasherOf",
      from: "password/of.js",
      error: "PasswordError",
      errors: "password/error.js",
    },
    functions: ["hashPassword", "needsRehash", "verifyPassword"],
  },
  {
    // Exports functions that need no module in the place of an error class.
    ...{
      folder: "issuer",
      module: "issuer",
      make: "issuerOf",
      from: "issuer/of.js",
      error: "cacheApiStore, kvStore, memoryStore",
      errors: "issuer/stores.js",
    },
    functions: ["createVerifier"],
  },
];

/** How each runtime gets the compiled module. `importing` returns the import specifier of a path below npm. */
const RUNTIMES = {
  browser: (importing, module) => ({
    why: "Browsers and bundlers: the source contains the module, so there is nothing to fetch and nothing to await.",
    imports: [
      `import packed from "${importing(`wasm/${module}_inline.js`)}";`,
      `import { compile } from "${importing("src/load/compile.js")}";`,
    ],
    compiled: "compile(packed)",
  }),
  node: (importing, module) => ({
    why: "Node and Bun: the module is read from its file, or from the source in a bundle, which has no file beside it.",
    imports: [
      `import packed from "${importing(`wasm/${module}_inline.js`)}";`,
      `import { read, readerOf } from "${importing("src/load/file.js")}";`,
    ],
    // Bundlers look for exactly this expression: `new URL(…, import.meta.url)`.
    compiled: `new WebAssembly.Module(read(() => new URL("${importing(`wasm/${module}.wasm`)}", import.meta.url), packed)), readerOf`,
  }),
  workerd: (importing, module) => ({
    why: "Cloudflare's runtime compiles modules only ahead of time, so the module is imported.",
    imports: [`import module from "${importing(`wasm/${module}.wasm`)}";`],
    compiled: "module",
  }),
};

const NOTE = "// Written by scripts/lib/entries.mjs; change it there.";

/** The specifier by which a file in `folder` imports another file; both are paths below npm. */
function specifier(folder, path) {
  const found = posix.relative(folder, path);
  return found.startsWith("../") ? found : `./${found}`;
}

/** All files, by their paths below npm/src. */
export function entryFiles() {
  const files = {};
  for (const { folder, module, make, from, error, errors, functions } of ENTRIES) {
    for (const [runtime, loader] of Object.entries(RUNTIMES)) {
      const importing = (path) => specifier(posix.join("src", folder, "load"), path);
      const { why, imports, compiled } = loader(importing, module);
      const lines = [NOTE, `// ${why}`, ...imports, `import { ${make} } from "${importing(`src/${from}`)}";`, ""];
      lines.push(`export const { ${functions.join(", ")} } = ${make}(${compiled});`, "");
      files[posix.join(folder, "load", `${runtime}.js`)] = lines.join("\n");
      // In a separate file, so that a bundle that imports only the error class contains nothing else.
      const reexport = `export { ${error} } from "${specifier(posix.join("src", folder), `src/${errors}`)}";`;
      files[posix.join(folder, `${runtime}.js`)] = [NOTE, `export * from "./load/${runtime}.js";`, reexport, ""].join(
        "\n",
      );
    }
  }
  return files;
}

/** Whether `writeEntries` writes the file at this path below npm/src. */
export const isEntryFile = (path) => /(^|\/)(browser|node|workerd)\.js$/.test(path);

/** Writes the files to npm/src. */
export function writeEntries() {
  for (const [path, text] of Object.entries(entryFiles())) {
    const out = inRoot("npm", "src", path);
    mkdirSync(dirname(out), { recursive: true });
    writeFileSync(out, text);
  }
}
