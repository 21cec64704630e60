// Steps that need one another. Each runs once a process at most, two at a time: what one cargo
// cannot spread over the cores, the other fills.
import { begin } from "./ui.mjs";

const waiting = [];
let free = 2;

function admit() {
  waiting.sort((one, other) => other.priority - one.priority);
  while (free > 0 && waiting.length > 0) {
    free -= 1;
    waiting.shift().go();
  }
}

async function slot(priority, work) {
  await new Promise((go) => {
    waiting.push({ priority, go });
    setImmediate(admit); // Not at once, so that all that are ready are there to choose from.
  });
  try {
    return await work();
  } finally {
    free += 1;
    setImmediate(admit);
  }
}

export class Step {
  #done;

  /**
   * `needs`: steps whose result this one reads, made first in any case.
   * `uses`: steps needed only when this one has to run (tools, set-up).
   * `stamp` or `fresh()`: says whether there is anything to do; without either it always runs.
   * `priority`: higher where a longer chain hangs on it. `light`: leaves the processor to others,
   * so it need not wait for its turn.
   */
  constructor({ label, needs = [], uses = [], stamp, fresh, priority = 0, light = false, run }) {
    Object.assign(this, { label, needs, uses, stamp, priority, light, run });
    this.fresh = fresh ?? (() => stamp?.fresh() ?? false);
  }

  make() {
    this.#done ??= this.#make();
    return this.#done;
  }

  async #make() {
    await all(this.needs);
    if (this.fresh()) return;
    await all(this.uses);
    const turn = this.light ? (work) => work() : (work) => slot(this.priority, work);
    await turn(async () => {
      const end = begin(this.label);
      try {
        const inputs = this.stamp?.before();
        const note = await this.run();
        this.stamp?.write(inputs);
        end(true, note);
      } catch (error) {
        end(false);
        throw error;
      }
    });
  }
}

/** Makes all of them; one that fails lets the others finish, and then the first failure is thrown. */
export async function all(steps) {
  const results = await Promise.allSettled(steps.map((step) => step.make()));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
