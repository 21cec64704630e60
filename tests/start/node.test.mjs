// On a Node that is too old, each script says so before it reads anything that needs a newer Node.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { inRoot } from "../../scripts/lib/paths.mjs";

const pretend = (version) =>
  `data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;

describe("on an old Node", () => {
  for (const name of ["start", "test", "build", "lint", "check"]) {
    test(`${name}.mjs names the required version in one line`, () => {
      for (const version of ["12.22.12", "18.20.4", "20.2.0"]) {
        const args = ["--import", pretend(version), inRoot("scripts", `${name}.mjs`), "--no-such-thing"];
        const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
        assert.equal(status, 1);
        assert.equal(stdout, "");
        assert.match(stderr, /^Node\.js 20\.3 or newer is needed; this is [\d.]+\.[^\n]*\n$/);
        assert.ok(stderr.includes(version));
      }
    });

    test(`${name}.mjs has no syntax that an old Node would reject first`, () => {
      const code = readFileSync(inRoot("scripts", `${name}.mjs`), "utf8").replaceAll(/^\/\/.*\n/gm, "");
      assert.equal(code, `import "./lib/node.mjs";\nimport("./commands/${name}.mjs");\n`);
    });
  }

  test("lib/node.mjs imports one module of Node, and imports it as a whole", () => {
    const code = readFileSync(inRoot("scripts", "lib", "node.mjs"), "utf8");
    assert.deepEqual(code.match(/^import .*$/gm), ['import fs from "fs";']);
    assert.doesNotMatch(code, /\?\?|\?\.|await|\|\|=|#/);
  });
});

test("on this Node it prints nothing", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [inRoot("scripts", "lib", "node.mjs")], {
    encoding: "utf8",
  });
  assert.deepEqual([status, stdout, stderr], [0, "", ""]);
});
