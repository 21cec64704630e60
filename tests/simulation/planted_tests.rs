//! The simulation finds each injected bug within a minute.

use std::time::{Duration, Instant};

use crate::planted::Planted;
use crate::run;

/// Runs seeds until one breaks a rule.
fn find(planted: Planted) -> String {
    let began = Instant::now();
    for number in 0.. {
        let (seed, unbounded) = (number / 2, number % 2 == 1);
        let outcome = run(seed, unbounded, Some(planted), false);
        let took = began.elapsed();
        if let Some(broken) = outcome.broken {
            println!(
                "{planted:?}: seed {seed}, {} ms: {broken}",
                took.as_millis()
            );
            return broken;
        }
        assert!(took < Duration::from_secs(60), "{planted:?} is not found");
    }
    unreachable!()
}

/// Asserts which rule the seed breaks.
fn finds(planted: Planted, rules: &[&str]) {
    let broken = find(planted);
    let is_one = rules.iter().any(|rule| broken.starts_with(rule));
    assert!(is_one, "{planted:?} breaks {broken}");
}

#[test]
fn the_simulation_finds_finding_1_a_password_that_only_a_stale_record_has_is_accepted() {
    // If KV shows another value, the right password is refused as well: (b).
    finds(Planted::StaleRecordCounts, &["(a)", "(b)", "(c)"]);
}

#[test]
fn the_simulation_finds_finding_2_an_operators_reset_is_ignored_after_eight_changes() {
    finds(Planted::ResetIgnored, &["(a)", "(b)"]);
}

#[test]
fn the_simulation_finds_finding_3_a_log_out_undoes_the_operators_disable() {
    finds(Planted::DisabledOverwritten, &["(a)", "(b)"]);
}

#[test]
fn the_simulation_finds_finding_4_a_removed_user_is_adopted_again() {
    finds(Planted::RemovalForgotten, &["(c)", "(a)"]);
}

#[test]
fn the_simulation_finds_finding_7_the_65th_log_out_ends_every_session() {
    finds(Planted::LogoutEndsAll, &["(e)"]);
}

#[test]
fn the_simulation_finds_an_adoption_by_a_failed_login() {
    finds(Planted::FailedLoginAdopts, &["(h)"]);
}

#[test]
fn the_simulation_finds_a_tombstone_that_accepts_a_later_seed() {
    finds(Planted::TombstoneTakesSeed, &["(c)", "(a)"]);
}
