// `npm run check`: format, lint and native unit tests, within a minute. It starts no Worker and compiles nothing
// for WebAssembly; the simulation and the tests of the command line are left to `npm test`.
import { countCargo } from "../lib/count.mjs";
import { inRoot } from "../lib/paths.mjs";
import { run, start, tail } from "../lib/run.mjs";
import { checkMachine } from "../lib/setup.mjs";
import { nativeTests, testEnv } from "../lib/stages.mjs";
import { cargoEnv, checkNative } from "../lib/toolchain.mjs";
import { PlainError, begin, main, say } from "../lib/ui.mjs";

async function lint() {
  const child = start(process.execPath, [inRoot("scripts", "lint.mjs"), "--quick"], { stdio: "inherit" });
  return new Promise((resolve) => child.once("close", (code) => resolve(code === 0)));
}

async function test() {
  const end = begin("native unit tests");
  // The same packages as in `npm test`, so that one build serves both.
  const unitTests = [...nativeTests, "--lib", "--bins", "--test", "native"];
  const { code, stdout } = await run(unitTests, { env: cargoEnv(testEnv()), log: "check-native", check: false });
  const { passed, failed } = countCargo(stdout);
  end(code === 0, `${passed} passed, ${failed} failed`);
  if (code !== 0) say(tail(stdout, 100));
  return code === 0;
}

await main(async () => {
  checkMachine();
  checkNative();
  const results = [await lint(), await test()];
  if (results.includes(false)) throw new PlainError("The check failed, see above.");
});
