// Steps that need one another. Each runs once a process at most, two at a time.
import { begin } from "./ui.mjs";

const slots = { free: 2, waiting: [] };

async function slot(work) {
  if (slots.free > 0) slots.free -= 1;
  else await new Promise((resolve) => slots.waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = slots.waiting.shift();
    if (next) next();
    else slots.free += 1;
  }
}

export class Step {
  #done;

  /**
   * `needs`: steps whose result this one reads, made first in any case.
   * `uses`: steps needed only when this one has to run (tools, set-up).
   * `stamp` or `fresh()`: says whether there is anything to do; without either it always runs.
   */
  constructor({ label, needs = [], uses = [], stamp, fresh, run }) {
    Object.assign(this, { label, needs, uses, stamp, fresh: fresh ?? (() => stamp?.fresh() ?? false), run });
  }

  make() {
    this.#done ??= this.#make();
    return this.#done;
  }

  async #make() {
    await all(this.needs);
    if (this.fresh()) return;
    await all(this.uses);
    await slot(async () => {
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
