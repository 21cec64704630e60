// Build steps that depend on each other. Each runs at most once per process, and two run at the same time: one cargo
// cannot always use all cores.
import { begin } from "./ui.mjs";

const waiting = [];
let free = 2;

/** Starts the waiting steps with the highest priority, as long as there is a free place. */
function startNext() {
  waiting.sort((one, other) => other.priority - one.priority);
  while (free > 0 && waiting.length > 0) {
    free -= 1;
    waiting.shift().go();
  }
}

/** Waits for a free place, and runs `work` there. */
async function slot(priority, work) {
  await new Promise((go) => {
    waiting.push({ priority, go });
    setImmediate(startNext); // Deferred, so that the choice is among all steps that are ready.
  });
  try {
    return await work();
  } finally {
    free += 1;
    setImmediate(startNext);
  }
}

export class Step {
  #done;

  /**
   * `needs`: the steps whose results this step reads; always made first.
   * `uses`: the steps, such as tools and setup, that are needed only if this step has to run.
   * `stamp` or `fresh()`: tells whether the step is up to date. Without both, the step always runs.
   * `priority`: higher if a longer chain of steps depends on this step.
   * `light`: the step uses little of the processor, so it does not wait for a free place.
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

/** Makes all steps. If a step fails, the others still finish, and then the first failure is thrown. */
export async function all(steps) {
  const results = await Promise.allSettled(steps.map((step) => step.make()));
  const failed = results.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
