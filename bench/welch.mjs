// The statistics of dudect (Reparaz, Balasch and Verbauwhede 2017), for constant-time.mjs and constant-time-signing.mjs.

/** Above this |t|, the code is "definitely not constant time" (dudect). */
export const LEAK = 10;
/** Below this |t|, there is no evidence of a leak. */
export const QUIET = 4.5;
const SHARES = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1];

// xorshift32
let state = 0x9e3779b9;
export function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}

function moments(timings, limit) {
  let [count, sum, squares] = [0, 0, 0];
  for (const took of timings) {
    if (took > limit) continue;
    count += 1;
    sum += took;
    squares += took * took;
  }
  const mean = sum / count;
  return { count, mean, variance: (squares - count * mean * mean) / (count - 1) };
}

export function worst(timings) {
  const sorted = Float64Array.from([...timings[0], ...timings[1]]).sort();
  return SHARES.map((share) => {
    const [a, b] = timings.map((all) => moments(all, sorted[Math.floor(sorted.length * share) - 1]));
    const difference = a.mean - b.mean;
    return {
      t: Math.abs(difference) / Math.sqrt(a.variance / a.count + b.variance / b.count),
      difference,
      mean: a.mean,
    };
  }).reduce((a, b) => (a.t > b.t ? a : b));
}
