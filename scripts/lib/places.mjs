// Runs stages at the same time.

/**
 * Runs `work` for each job, as many at once as there are places. A job takes `job.places` places, or all places if it
 * asks for more. The longest job (`job.seconds`) starts first. If it does not fit, a shorter job that fits starts.
 * Returns the results in the order of the jobs.
 */
export async function sideBySide(jobs, places, work) {
  const waiting = jobs.map((job, index) => ({ job, index, takes: Math.min(job.places ?? 1, places) }));
  waiting.sort((one, other) => (other.job.seconds ?? 0) - (one.job.seconds ?? 0));
  const results = [];
  let free = places;
  const next = async () => {
    const at = waiting.findIndex(({ takes }) => takes <= free);
    if (at < 0) return;
    const [{ job, index, takes }] = waiting.splice(at, 1);
    free -= takes;
    const run = async () => {
      results[index] = await work(job);
      free += takes;
      await next();
    };
    await Promise.all([run(), next()]);
  };
  await next();
  return results;
}
