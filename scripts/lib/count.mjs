// Reads from the output of test runners how many tests passed, failed and were skipped.

/** Adds up the results that cargo's and wasm-bindgen's test runners print for each test program. */
export function countCargo(output) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, passed, failed, ignored] of output.matchAll(
    /^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored/gm,
  )) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
    counts.skipped += Number(ignored);
  }
  return counts;
}

/**
 * Reads the counts at the end of node:test's TAP output. A canceled test counts as failed. Node 20 counts each test
 * that --test-name-pattern leaves out as skipped.
 */
export function countTap(tap) {
  const number = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, "m").exec(tap)?.[1] ?? 0);
  const leftOut = tap.match(/ # SKIP test name does not match pattern$/gm)?.length ?? 0;
  return {
    passed: number("pass"),
    failed: number("fail") + number("cancelled"),
    skipped: number("skipped") - leftOut + number("todo"),
  };
}
