// A request that is longer than the exchange buffer shared with Rust (crates/worker/src/exchange.rs) and is pending
// when the instance ends must not get data from the buffer as its response.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { assertHeaders, getMe, getVerify, loggedIn } from "../support/requests.mjs";
import { alice } from "../support/users.mjs";
import { startWorker } from "../support/worker.mjs";

const TOO_LONG = `Bearer ${"x".repeat(70_000)}`;

async function assertEnded(response) {
  const text = await response.text();
  assert.ok(response.status === 500 || response.status === 503, `${response.status} ${text}`);
  assert.doesNotMatch(text, /alice|44207946|expires_at/);
  if (text === "") return;
  assertHeaders(response);
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.equal(JSON.parse(text).code, response.status === 500 ? "internal_error" : "interrupted");
}

test("a request longer than the exchange buffer never gets the response of another request", async () => {
  const worker = await startWorker({ build: "target/worker-panics/build", users: [alice] });
  try {
    const authorization = `Bearer ${(await loggedIn(worker, "alice")).token}`;
    for (const path of ["/panic", "/panic/later", "/panic/overflow", "/panic/trap"]) {
      const long = Array.from({ length: 6 }, (_, i) =>
        fetch(`${worker.url}/panic/once?${i}`, { headers: { authorization: TOO_LONG } }),
      );
      await sleep(150);
      // The responses to these requests are in the exchange buffer before and after.
      const asked = () =>
        Array.from({ length: 4 }, () => [getVerify(worker, authorization), getMe(worker, authorization)]).flat();
      const others = asked();
      const panic = fetch(worker.url + path, { headers: { authorization: TOO_LONG } });
      others.push(...asked());
      for (const response of await Promise.all(others)) assert.equal(response.status, 200);
      await assertEnded(await panic);
      for (const response of await Promise.all(long)) await assertEnded(response);
      assert.equal((await getVerify(worker, authorization)).status, 200);
    }
  } finally {
    await worker.stop();
  }
});
