// Waits for effects that come later, such as the account object's write to KV after its response.

import { setTimeout as sleep } from "node:timers/promises";

/** Returns the first truthy value of `look`. Fails after ten seconds, or after the given number of milliseconds. */
export async function eventually(look, what, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`did not happen within ${milliseconds / 1000} seconds: ${what}`);
    await sleep(50);
  }
}

/** Waits until `ask`, which returns a status, returns this status. */
export const becomes = (status, ask) => eventually(async () => (await ask()) === status, `status ${status}`);
