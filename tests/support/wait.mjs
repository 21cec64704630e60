// What does not happen at once: the account's object writes to KV after it has answered.

import { setTimeout as sleep } from "node:timers/promises";

/** What `look` gives once it gives something, for which it has ten seconds or so many milliseconds. */
export async function eventually(look, what, milliseconds = 10_000) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`did not happen within ${milliseconds / 1000} seconds: ${what}`);
    await sleep(50);
  }
}

/** Waits until `ask` (which gives a status) answers with it. */
export const becomes = (status, ask) => eventually(async () => (await ask()) === status, `status ${status}`);
