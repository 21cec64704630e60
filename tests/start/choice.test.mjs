// `npm test` chooses the tests to run and the number of stages that run at once.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { cargoFilter, chosenTests, help, matching, namePattern, testFiles, textOf } from "../../scripts/lib/choice.mjs";
import { countTap } from "../../scripts/lib/count.mjs";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { sideBySide } from "../../scripts/lib/places.mjs";

const stages = { native: { title: "Rust" }, worker: { title: "Worker" }, page: { title: "Page" } };
const FILES = {
  "worker/login.test.mjs": 'test("works", () => {});',
  "support/all.mjs": "export const most = 'words';",
  "worker/me.test.mjs":
    'import { most } from "../support/all.mjs";\nimport { open } from "./shared.mjs";\ntest("answers after a Log-In", () => {});',
  "worker/shared.mjs": "export const open = 'a shared word';",
  "page/look.test.mjs": 'test("is blue", () => {});',
  "native/main.rs": "",
};

let folder;
before(() => {
  folder = mkdtempSync(join(tmpdir(), "portcullis-choice-"));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

const choose = (...words) => {
  const { stages: chosen, ...rest } = chosenTests(words, stages, folder);
  return {
    ...rest,
    chosen: chosen.map(({ name, files }) => [name, ...(files ?? []).map((path) => basename(path))].join(" ")),
  };
};

describe("npm test", () => {
  test("runs all stages if none is named", () => assert.deepEqual(choose(), { chosen: ["native", "worker", "page"] }));

  test("runs the named stages, each once", () => {
    assert.deepEqual(choose("page", "worker", "page"), { grep: undefined, chosen: ["page", "worker"] });
  });

  test("runs a file of a stage, named with or without its folder and ending", () => {
    for (const word of [
      "worker/login",
      "worker/login.test.mjs",
      "tests/worker/login.test.mjs",
      "./tests/worker/login.test.mjs",
    ]) {
      assert.deepEqual(choose(word).chosen, ["worker login.test.mjs"], word);
    }
    assert.deepEqual(choose("worker/login", "worker/me").chosen, ["worker login.test.mjs me.test.mjs"]);
  });

  test("runs a whole stage if both the stage and one of its files are named", () => {
    assert.deepEqual(choose("worker/login", "worker").chosen, ["worker"]);
    assert.deepEqual(choose("worker", "worker/login").chosen, ["worker"]);
  });

  test("accepts --grep before and after the stages, and leaves out unnamed stages without a match", () => {
    assert.deepEqual(choose("worker", "--grep", "login"), { grep: "login", chosen: ["worker"] });
    assert.deepEqual(choose("-g", "login", "worker"), { grep: "login", chosen: ["worker"] });
    assert.deepEqual(
      choose("--grep=log-in"),
      { grep: "log-in", chosen: ["native", "worker"] },
      "only cargo knows of native",
    );
    assert.deepEqual(choose("page", "--grep", "log-in").chosen, ["page"]);
  });

  for (const [words, says] of [
    [["wroker"], /^There is no stage "wroker"\. The stages are: native, worker, page\./],
    [["constructor"], /^There is no stage "constructor"/],
    [["worker/a/b"], /^There is no stage "worker\/a\/b"/],
    [["worker/logout"], /^There is no file tests\/worker\/logout\.test\.mjs\. The stage "worker" has: login, me\.$/],
    [["native/verify"], /^The stage "native" cannot run one file\. Use: npm test -- native --grep verify$/],
    [["--grep"], /argument missing/],
    [["--grep", " "], /^--grep needs a text/],
    [["--gerp", "x"], /Unknown option '--gerp'/],
  ]) {
    test(`explains the error in: ${words.join(" ")}`, () => {
      assert.throws(
        () => chosenTests(words, stages, folder),
        (error) => says.test(error.message) && error.constructor.name === "PlainError",
      );
    });
  }

  test("--help names each stage and builds nothing", () => {
    assert.ok(chosenTests(["worker", "--help"], stages, folder).help);
    for (const { title } of Object.values(stages)) assert.ok(help(stages).includes(title));
    const { status, stdout } = spawnSync(process.execPath, [inRoot("scripts", "test.mjs"), "--help"], {
      encoding: "utf8",
    });
    assert.equal(status, 0);
    assert.match(stdout, /^Usage: npm test/);
    assert.doesNotMatch(stdout, /✓|…$/m);
  });
});

describe("--grep", () => {
  const found = (text) => {
    const { whole, some } = matching(testFiles("worker", folder), text);
    return [whole, some].map((paths) => paths.map((path) => basename(path, ".test.mjs")).join());
  };

  test("runs a whole file if its name matches, and otherwise searches the file and its imports", () => {
    assert.deepEqual(found("LOGIN"), ["login", ""]);
    assert.deepEqual(found("log-in after"), ["", "me"]);
    assert.deepEqual(found("shared"), ["", "me"]);
    assert.deepEqual(found("nothing like it"), ["", ""]);
    assert.deepEqual(found("words"), ["", ""], "what all stages share does not count");
  });

  test("reads modules that import each other once", () => {
    writeFileSync(join(folder, "one.mjs"), 'import "x";\nimport { b } from "./two.mjs"; // first');
    writeFileSync(join(folder, "two.mjs"), 'import { a } from "./one.mjs"; // second');
    const text = textOf(join(folder, "one.mjs"), folder);
    assert.equal(text.match(/first/g).length, 1);
    assert.equal(text.match(/second/g).length, 1);
  });

  test("is a text and not a pattern", () => {
    assert.equal(namePattern("/me (v1.0)"), "/\\/me \\(v1\\.0\\)/i");
    assert.equal(cargoFilter("a token that  is"), "a_token_that_is");
  });

  test("does not count the tests that it leaves out", () => {
    const path = join(folder, "some.test.mjs");
    writeFileSync(
      path,
      'import { test } from "node:test";\ntest("the Login", () => {});\ntest("other", () => {});\ntest("a login later", { skip: true }, () => {});\n',
    );
    const { NODE_TEST_CONTEXT, ...env } = process.env;
    const command = ["--test", "--test-reporter=tap", `--test-name-pattern=${namePattern("login")}`, path];
    const { stdout } = spawnSync(process.execPath, command, { encoding: "utf8", env });
    assert.deepEqual(countTap(stdout), { passed: 1, failed: 0, skipped: 1 });
  });
});

describe("stages that run side by side", () => {
  /** Records the total of used places at each start and end, and the order of the stages. */
  const observed = async (jobs, places) => {
    const order = [];
    let taken = 0,
      most = 0;
    const results = await sideBySide(jobs, places, async ({ name, places: takes = 1, lasts = 5 }) => {
      order.push(name);
      taken += Math.min(takes, places);
      most = Math.max(most, taken);
      await sleep(lasts);
      taken -= Math.min(takes, places);
      return name;
    });
    return { order: order.join(""), most, results: results.join("") };
  };

  test("start with the longest, and their results are in the requested order", async () => {
    const jobs = [{ name: "a", seconds: 1 }, { name: "b", seconds: 9 }, { name: "c" }];
    assert.deepEqual(await observed(jobs, 1), { order: "bac", most: 1, results: "abc" });
  });

  test("use no more places than exist, and every stage runs", async () => {
    const jobs = Array.from({ length: 12 }, (_, i) => ({
      name: String.fromCharCode(97 + i),
      places: 1 + (i % 4),
      seconds: i % 5,
    }));
    const { order, most, results } = await observed(jobs, 3);
    assert.equal(most, 3);
    assert.equal([...order].sort().join(""), "abcdefghijkl");
    assert.equal(results, "abcdefghijkl");
  });

  test("start before a stage that does not fit yet", async () => {
    const jobs = [
      { name: "a", seconds: 9, places: 2, lasts: 60 },
      { name: "b", seconds: 8, places: 2 },
      { name: "c", seconds: 7 },
    ];
    assert.deepEqual(await observed(jobs, 3), { order: "acb", most: 3, results: "abc" });
  });

  test("pass on an error", () =>
    assert.rejects(
      sideBySide([{}, {}], 2, () => Promise.reject(new Error("mine"))),
      /mine/,
    ));
});
