import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bundle = async (contents) => {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root },
    ...{
      bundle: true,
      minify: true,
      format: "esm",
      platform: "browser",
      target: "es2022",
      write: false,
      metafile: true,
      logLevel: "silent",
    },
  });
  return { size: gzipSync(outputFiles[0].contents, { level: 9 }).length, inputs: Object.keys(metafile.inputs) };
};

test("portcullis/session, bundled, has at most 4,450 bytes minified and with gzip -9, and no code of the other entries", async (t) => {
  const { size, inputs } = await bundle('export * from "portcullis/session";');
  t.diagnostic(`${size} bytes`);
  assert.ok(size <= 4450, `${size} bytes`);
  const others = inputs.filter((name) => !/^<stdin>$|npm\/src\/session\//.test(name));
  assert.deepEqual(others, []);
});

test("an unused import of it leaves no code in a bundle", async () => {
  const { size } = await bundle('import { createSession } from "portcullis/session";');
  assert.ok(size < 40, `${size} bytes`);
});
