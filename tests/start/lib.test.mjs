// The functions of the scripts that decide what to build and which tests have passed.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { after, before, describe, test } from "node:test";
import { countCargo, countTap } from "../../scripts/lib/count.mjs";
import { misconfigured } from "../../scripts/lib/health.mjs";
import { takeOrHolder, withBuildLock } from "../../scripts/lib/lock.mjs";
import { inRoot, root } from "../../scripts/lib/paths.mjs";
import { Stamp, filesUnder, hashOf } from "../../scripts/lib/stamp.mjs";

let folder;
const at = (name) => join(folder, name);
const put = (name, text) => writeFileSync(at(name), text);
before(() => {
  mkdirSync(inRoot("target"), { recursive: true });
  folder = mkdtempSync(inRoot("target", "lib-test-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

describe("a stamp", () => {
  const input = () => relative(root, at("input"));
  const output = () => relative(root, at("output"));
  let values;
  const stamp = () => new Stamp(at("stamp"), () => ({ files: filesUnder([input()]), values }), [output()]);
  const work = () => {
    const now = stamp();
    const inputs = now.before();
    mkdirSync(at("output"), { recursive: true });
    put("output/made", readFileSync(at("input"), "utf8"));
    now.write(inputs);
  };
  const build = () => {
    rmSync(at("output"), { recursive: true, force: true });
    values = ["1"];
    put("input", "one");
    work();
    assert.equal(stamp().fresh(), true);
  };

  test("is not fresh before the first build", () => {
    values = [];
    assert.equal(stamp().fresh(), false);
  });

  test("is fresh while nothing changes, and again after a change was undone", () => {
    build();
    put("input", "two");
    assert.equal(stamp().fresh(), false);
    put("input", "one");
    assert.equal(stamp().fresh(), true);
  });

  for (const [what, change] of Object.entries({
    "an input that is gone": () => rmSync(at("input")),
    "another value": () => (values = ["2"]),
    "an output that someone else changed": () => put("output/made", "x"),
    "an output that was added": () => put("output/more", "x"),
    "an output that is gone": () => rmSync(at("output/made")),
    "outputs that are gone, with their folder": () => rmSync(at("output"), { recursive: true }),
    "a stamp that is torn": () => put("stamp", '{"in":'),
    "a stamp that is empty": () => put("stamp", ""),
    "work that began and did not end": () => stamp().before(),
  })) {
    test(`is not fresh after ${what}`, () => {
      build();
      change();
      assert.equal(stamp().fresh(), false);
    });
  }

  test("is not fresh for a file that changed during the build", () => {
    build();
    const now = stamp();
    const inputs = now.before();
    put("input", "changed meanwhile");
    now.write(inputs);
    assert.equal(stamp().fresh(), false);
  });

  test("distinguishes a byte at the end of one file from the same byte at the start of the next", () => {
    put("a", "xy");
    put("b", "");
    const one = hashOf({ files: [at("a"), at("b")] });
    put("a", "x");
    put("b", "y");
    assert.notEqual(hashOf({ files: [at("a"), at("b")] }), one);
    assert.notEqual(hashOf({ values: ["a", "b"] }), hashOf({ values: ["ab"] }));
  });
});

describe("the build lock", { timeout: 20_000 }, () => {
  const lock = () => at("build.lock");
  const free = () => assert.equal(existsSync(lock()), false);

  test("contains this process's id during the work, and is removed after it", async () => {
    const result = await withBuildLock(async () => readFileSync(lock(), "utf8"), lock());
    assert.equal(result, String(process.pid));
    free();
  });

  test("is removed after work that fails", async () => {
    await assert.rejects(
      withBuildLock(() => Promise.reject(new Error("mine")), lock()),
      /mine/,
    );
    free();
  });

  test("lets one process work at a time", async () => {
    let inside = 0;
    const work = async () => {
      inside += 1;
      assert.equal(inside, 1);
      await new Promise((resolve) => setTimeout(resolve, 50));
      inside -= 1;
    };
    await Promise.all([1, 2, 3].map(() => withBuildLock(work, lock())));
    free();
  });

  // A pid above the maximum; a full disk or a crash leaves an empty file.
  for (const text of ["", "0", "-1", " ", "\n", "x", "1.5", "999999999"]) {
    test(`of no running process (${JSON.stringify(text)}) does not block`, async () => {
      writeFileSync(lock(), text);
      assert.equal(await withBuildLock(async () => "done", lock()), "done");
      free();
    });
  }
});

describe("the lock of npm start", () => {
  const lock = () => at("start.lock");

  test("cannot be taken from a running process, but can be taken from a process that has ended", async () => {
    assert.equal(await takeOrHolder(lock()), undefined);
    assert.equal(await takeOrHolder(lock()), process.pid);
    for (const text of ["", "0", "999999999"]) {
      writeFileSync(lock(), text);
      assert.equal(await takeOrHolder(lock()), undefined, JSON.stringify(text));
      assert.equal(readFileSync(lock(), "utf8"), String(process.pid));
    }
  });
});

test("countCargo adds up all test programs, and ignores a line that only looks like a result", () => {
  const output = [
    "running 3 tests",
    "test a ... ok",
    "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out; finished in 0.00s",
    "a test prints: test result: ok. 9 passed; 9 failed; 9 ignored",
    "test result: FAILED. 4 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s",
    "",
  ].join("\n");
  assert.deepEqual(countCargo(output), { passed: 7, failed: 2, skipped: 1 });
  assert.deepEqual(countCargo("error: could not compile"), { passed: 0, failed: 0, skipped: 0 });
});

test("countTap reads the closing comments, and counts a cancelled test as failed", () => {
  const tap = [
    "TAP version 13",
    "ok 1 - # pass 9",
    "1..1",
    "# tests 9",
    "# suites 1",
    "# pass 3",
    "# fail 1",
    "# cancelled 2",
    "# skipped 1",
    "# todo 2",
    "",
  ];
  assert.deepEqual(countTap(tap.join("\n")), { passed: 3, failed: 3, skipped: 3 });
  assert.deepEqual(countTap(""), { passed: 0, failed: 0, skipped: 0 });
});

test("the Worker's message about a wrong setting is found in the output of wrangler", () => {
  const line = { event: "misconfigured", problem: "is too short", setting: "SECRET_KEY" };
  const held = `⎔ Starting {local} server\n{"event":"decision"}\n✘ [ERROR] ${JSON.stringify(line)}\n\n`;
  assert.deepEqual(misconfigured(held), line);
  assert.equal(misconfigured("{} {x} nothing"), undefined);
});
