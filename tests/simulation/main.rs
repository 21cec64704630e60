//! A deterministic simulation of accounts: the real core of the account's
//! object in an environment in which everything can go wrong.
//!
//! `cargo test --test simulation` runs some thousand seeds in two modes. In the
//! bounded mode KV shows a value that is at most a minute old; in the unbounded
//! mode KV shows any value that the key ever had. If a seed breaks a rule, the test
//! prints the seed and its trace. To replay a seed:
//!
//! ```sh
//! PORTCULLIS_SIM_SEED=bounded:17 cargo test --test simulation -- --nocapture
//! ```
//!
//! To run any number of steps (events) on any number of threads:
//!
//! ```sh
//! export CARGO_PROFILE_RELEASE_PANIC=unwind CARGO_PROFILE_RELEASE_OPT_LEVEL=3 \
//!   CARGO_PROFILE_RELEASE_LTO=off CARGO_TARGET_DIR=target/simulation
//! PORTCULLIS_SIM_STEPS=100000000 PORTCULLIS_SIM_THREADS=2 \
//!   cargo test --release --test simulation -- --nocapture rules_hold
//! ```
//!
//! A hundred million steps take about three minutes on two idle cores. The
//! exported settings replace those for the Worker's size.
//!
//! The rules, as the oracle names them: (a) after an operator's command has
//! returned, every earlier credential is refused and changes nothing; (b) every
//! acknowledged change is in the record; (c) a removed user stays removed, and
//! no number is given twice; (d) a refresh token has one successor; (e) a
//! log-out ends one session, and KV's replica lists it; (f) the state is
//! bounded; (g) after all requests have ended, KV equals the object; (h) strangers cause no
//! writes to KV and few writes to the storage; (6) one old token gives one session.
//!
//! Two faults at the same time are out of scope: an object loses its storage
//! only once KV shows its last write everywhere, and no import writes then; KV
//! does not reorder an object's writes while clocks jump, nor in the unbounded
//! mode. An import that overwrites a replica after the object's last check stays
//! in KV until a login shows it.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    unreachable_pub
)]

mod actors;
mod checks;
mod credentials;
mod facts;
mod found;
mod host;
mod imports;
mod kv;
mod network;
mod oracle;
mod planted;
mod planted_tests;
mod profile;
mod quiet;
mod random;
mod requests;
mod scripts;
mod worker;
mod world;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use planted::Planted;
use world::World;

/// The run of a seed.
struct Outcome {
    steps: u64,
    broken: Option<String>,
    trace: Vec<String>,
}

/// The number of seeds of each mode that `cargo test` runs.
const SEEDS: u64 = 1000;

fn run(seed: u64, unbounded: bool, planted: Option<Planted>, traced: bool) -> Outcome {
    let requests = 20 + (seed % 8) as usize * 12;
    let mut world = World::new(seed, unbounded, requests, planted);
    world.trace = traced.then(Vec::new);
    let run = catch_unwind(AssertUnwindSafe(|| world.run()));
    if run.is_err() {
        world.violation = Some("the code panics".into());
    }
    let mut trace = world.trace.take().unwrap_or_default();
    trace.insert(0, format!("{:?}", world.profile));
    Outcome {
        steps: world.step,
        broken: world.violation.take(),
        trace,
    }
}

fn mode(unbounded: bool) -> &'static str {
    if unbounded { "unbounded" } else { "bounded" }
}

/// The report about a seed that breaks a rule. The seed runs again for its
/// trace.
fn report(seed: u64, unbounded: bool, broken: &str) -> String {
    let trace = run(seed, unbounded, None, true).trace.join("\n");
    let mode = mode(unbounded);
    format!(
        "{trace}\n\nseed {mode}:{seed} breaks {broken}\nreplay it: PORTCULLIS_SIM_SEED={mode}:{seed}"
    )
}

/// Runs seeds of both modes until `enough` returns true; returns the number of
/// steps, or the first broken rule.
fn run_seeds(threads: usize, enough: impl Fn(u64, u64) -> bool + Sync) -> Result<u64, String> {
    let (next, steps) = (AtomicU64::new(0), AtomicU64::new(0));
    let failed = Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let done = steps.load(Ordering::Relaxed);
                    if enough(number, done) || failed.lock().unwrap().is_some() {
                        return;
                    }
                    let (seed, unbounded) = (number / 2, number % 2 == 1);
                    let outcome = run(seed, unbounded, None, false);
                    steps.fetch_add(outcome.steps, Ordering::Relaxed);
                    if let Some(broken) = outcome.broken {
                        failed
                            .lock()
                            .unwrap()
                            .get_or_insert((seed, unbounded, broken));
                    }
                    if number % 200_000 == 199_999 {
                        println!("{} seeds, {done} steps, no rule broken", number + 1);
                    }
                }
            });
        }
    });
    match failed.into_inner().unwrap() {
        Some((seed, unbounded, broken)) => Err(report(seed, unbounded, &broken)),
        None => Ok(steps.into_inner()),
    }
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

#[test]
fn the_rules_hold_for_every_seed_with_bounded_and_unbounded_staleness() {
    if let Ok(text) = env::var("PORTCULLIS_SIM_SEED") {
        let (mode, seed) = text.split_once(':').expect("a mode, a colon and a seed");
        let seed = seed.parse().expect("a seed is a number");
        let outcome = run(seed, mode == "unbounded", None, true);
        println!("{}", outcome.trace.join("\n"));
        assert_eq!(outcome.broken, None);
        return;
    }
    let threads = number("PORTCULLIS_SIM_THREADS").unwrap_or(2) as usize;
    let began = std::time::Instant::now();
    let done = match number("PORTCULLIS_SIM_STEPS") {
        Some(steps) => run_seeds(threads, |_, done| done >= steps),
        None => run_seeds(threads, |number, _| number >= 2 * SEEDS),
    };
    match done {
        Ok(steps) => println!(
            "{steps} steps in {} s, no rule broken",
            began.elapsed().as_secs()
        ),
        Err(report) => panic!("{report}"),
    }
}
