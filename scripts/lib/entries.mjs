// The files by which runtimes and bundlers find an entry of the npm package. They differ only in the entry and in how
// the runtime gets the module, so they are written from one table. `imports` in package.json could replace none of the
// browsers' files, because a browser without a bundler does not resolve `#…`, and relative paths work in every tool.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, posix } from "node:path";
import { inRoot } from "./paths.mjs";

/**
 * `make`, exported by `from`, makes the `functions`. `errors` maps the names of error classes, and of functions that
 * need no module, to the file that exports each. `reading`: whether the entry also exports the functions of
 * `portcullis/inspect`, which need no module. `later` is the folder of an entry that is imported at its first use.
 */
const ENTRIES = [
  {
    ...{ folder: "", module: "portcullis", make: "apiOf", from: "api.js", reading: true },
    errors: { ModuleError: "error.js" },
    functions: ["generateKey", "publicKey", "ready", "secretKey", "sign", "Signer", "verify", "Verifier"],
  },
  {
    ...{ folder: "legacy", module: "legacy", make: "legacyOf", from: "legacy/of.js" },
    errors: { ModuleError: "error.js", TokenError: "error.js" },
    functions: ["ready", "verifyLegacy"],
  },
  {
    ...{ folder: "password", module: "password", make: "hasherOf", from: "password/of.js" },
    errors: { ModuleError: "error.js", PasswordError: "password/error.js" },
    functions: ["hashPassword", "needsRehash", "ready", "verifyPassword"],
  },
  {
    ...{ folder: "issuer/signatures", module: "signatures", make: "signaturesOf", from: "issuer/signatures/of.js" },
    errors: {},
    functions: ["checkSignature"],
  },
  {
    ...{ folder: "issuer", module: "issuer", make: "issuerOf", from: "issuer/of.js", later: "issuer/signatures" },
    errors: {
      ModuleError: "error.js",
      ...{ cacheApiStore: "issuer/stores.js", kvStore: "issuer/stores.js", memoryStore: "issuer/stores.js" },
      ...{ requireScopes: "middleware/scopes.js", toResponse: "middleware/response.js" },
    },
    functions: ["createVerifier", "ready"],
  },
];

/**
 * How each runtime gets the module. `source` is the argument of `lazy` in npm/src/load/module.js. `importing` returns the
 * import specifier of a path below npm.
 */
const RUNTIMES = {
  browser: (importing, module) => ({
    why: "Browsers and bundlers: the source contains the module, so there is nothing to fetch and nothing to await.",
    imports: [
      `import packed from "${importing(`wasm/${module}_inline.js`)}";`,
      `import { unpack } from "${importing("src/load/unpack.js")}";`,
    ],
    source: "() => unpack(packed)",
    reader: "undefined",
  }),
  node: (importing, module) => ({
    why: "Node and Bun: the module is read from its file, or from the source in a bundle, which has no file beside it.",
    imports: [
      `import packed from "${importing(`wasm/${module}_inline.js`)}";`,
      `import { read, readerOf } from "${importing("src/load/file.js")}";`,
    ],
    // Bundlers look for exactly this expression: `new URL(…, import.meta.url)`.
    source: `() => read(() => new URL("${importing(`wasm/${module}.wasm`)}", import.meta.url), packed)`,
    reader: "readerOf",
  }),
  workerd: (importing, module) => ({
    why: "Cloudflare's runtime compiles modules only ahead of time, so the module is imported.",
    imports: [`import module from "${importing(`wasm/${module}.wasm`)}";`],
    source: "() => module",
    reader: "undefined",
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
  for (const { folder, module, make, from, errors, functions, reading, later } of ENTRIES) {
    for (const [runtime, loader] of Object.entries(RUNTIMES)) {
      const importing = (path) => specifier(posix.join("src", folder, "load"), path);
      const { why, imports, source, reader } = loader(importing, module);
      const lines = [NOTE, `// ${why}`, ...imports, `import { ${make} } from "${importing(`src/${from}`)}";`, ""];
      const given = [source];
      if (later !== undefined || reader !== "undefined") given.push(reader);
      if (later !== undefined) given.push(`() => import("${importing(`src/${later}/${runtime}.js`)}")`);
      lines.push(`export const { ${functions.join(", ")} } = ${make}(${given.join(", ")});`, "");
      files[posix.join(folder, "load", `${runtime}.js`)] = lines.join("\n");
      // In a separate file, so that a bundle that imports only what needs no module contains nothing else.
      const beside = (path) => specifier(posix.join("src", folder), `src/${path}`);
      const reexports = Object.entries(errors).map(([name, path]) => `export { ${name} } from "${beside(path)}";`);
      if (reading) reexports.push(`export * from "${beside("inspect/index.js")}";`);
      files[posix.join(folder, `${runtime}.js`)] = [
        NOTE,
        `export * from "./load/${runtime}.js";`,
        ...reexports,
        "",
      ].join("\n");
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
