//! The statistics of dudect (Reparaz, Balasch and Verbauwhede, "Dude, is my code constant
//! time?", 2017), for the programs in `bin`.

/// Above this |t|, the code is "definitely not constant time" (dudect).
pub const LEAK: f64 = 10.0;
/// Below this |t|, there is no evidence of a leak.
pub const QUIET: f64 = 4.5;
/// The cuts: the share of the fastest timings that each comparison uses.
const SHARES: [f64; 8] = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0];

/// The largest Welch's t of all cuts, with the difference of the means and the first mean at this cut.
pub fn worst(timings: [Vec<u32>; 2]) -> (f64, f64, f64) {
    let mut sorted = timings.concat();
    sorted.sort_unstable();
    let mut worst = (0.0, 0.0, 0.0);
    for share in SHARES {
        let last = (sorted.len() as f64 * share) as usize - 1;
        let limit = sorted[last];
        let [a, b] = [0, 1].map(|class| Moments::of(&timings[class], limit));
        let difference = a.mean - b.mean;
        let t = difference.abs() / (a.variance / a.count + b.variance / b.count).sqrt();
        if t > worst.0 {
            worst = (t, difference, a.mean);
        }
    }
    worst
}

/// Count, mean and variance of timings.
struct Moments {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Moments {
    /// Computes them for the timings up to a limit.
    fn of(timings: &[u32], limit: u32) -> Self {
        let kept = || {
            timings
                .iter()
                .filter(|t| **t <= limit)
                .map(|t| f64::from(*t))
        };
        let count = kept().count() as f64;
        let mean = kept().sum::<f64>() / count;
        let variance = kept().map(|t| (t - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Self {
            count,
            mean,
            variance,
        }
    }
}

/// xorshift64. Any order is good enough that does not depend on the classes.
pub struct Random(u64);

impl Random {
    #[allow(clippy::new_without_default)]
    pub fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    #[allow(clippy::should_implement_trait)]
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}
