//! How many guesses are let through.

use super::*;

#[test]
fn so_many_failures_from_one_address_and_then_one_waits_for_the_oldest_to_be_over() {
    let mut object = Object::new();
    for second in 0..3 {
        object.now = NOW + second;
        assert_eq!(object.wait(1), 0);
    }
    assert_eq!(object.wait(1), 898);
    object.now = NOW + 899;
    assert_eq!(object.wait(1), 1);
    object.now = NOW + 900;
    assert_eq!(object.wait(1), 0);
    // And the next one waits for the second.
    assert_eq!(object.wait(1), 1);
}

#[test]
fn what_is_turned_away_is_not_counted() {
    let mut object = Object::new();
    for _ in 0..3 {
        assert_eq!(object.wait(1), 0);
    }
    for second in 0..900 {
        object.now = NOW + second;
        assert_ne!(object.wait(1), 0);
    }
    object.now = NOW + 900;
    assert_eq!(object.wait(1), 0);
}

#[test]
fn attempts_that_are_under_way_at_once_count_each() {
    let mut object = Object::new();
    let waits: Vec<_> = (0..100).map(|_| object.wait(1)).collect();
    assert_eq!(waits.iter().filter(|wait| **wait == 0).count(), 3);
}

#[test]
fn many_addresses_together_are_limited_by_the_account() {
    let mut object = Object::new();
    for address in 1..=5 {
        object.now = NOW + i64::from(address);
        assert_eq!(object.wait(address), 0);
    }
    assert_eq!(object.wait(6), 896);
}

#[test]
fn an_address_that_its_owner_has_logged_in_from_stays_open_in_an_attack_from_elsewhere() {
    let mut object = Object::new();
    object.log_in();
    for address in 2..=6 {
        assert_eq!(object.wait(address), 0);
    }
    assert_ne!(object.wait(7), 0);
    for _ in 0..3 {
        assert_eq!(object.wait(1), 0);
    }
    // It has its own limit all the same.
    assert_eq!(object.wait(1), 900);
}

#[test]
fn an_address_is_known_for_30_days_and_twenty_are_at_the_most() {
    let days = |days: i64| days * 24 * 3600;
    let attacked = |object: &mut Object| {
        for address in 101..=105 {
            assert_eq!(object.wait(address), 0);
        }
    };
    for (later, waits) in [(days(30) - 1, 0), (days(30), 900)] {
        let mut object = Object::new();
        object.log_in();
        object.now += later;
        attacked(&mut object);
        assert_eq!(object.wait(1), waits);
    }
    let mut object = Object::new();
    for address in 1..=21 {
        let stored = object.record();
        opened(object.admit_with(Some(address), &stored, None)).unwrap();
    }
    attacked(&mut object);
    assert_eq!(object.wait(1), 900);
    assert_eq!(object.wait(2), 0);
    assert_eq!(object.wait(21), 0);
}

#[test]
fn a_right_password_clears_its_own_address_and_no_other() {
    let mut object = Object::new();
    for address in [1, 1, 2, 2, 2] {
        assert_eq!(object.wait(address), 0);
    }
    object.log_in();
    for _ in 0..3 {
        assert_eq!(object.wait(1), 0);
    }
    assert_ne!(object.wait(2), 0);
}

#[test]
fn a_changed_password_clears_its_address_too() {
    let mut object = Object::new();
    for _ in 0..3 {
        assert_eq!(object.wait(1), 0);
    }
    let stored = object.record();
    assert!(matches!(
        object.change_password(&stored, "$new", None),
        Answer::Done
    ));
    assert_eq!(object.wait(1), 0);
}

#[test]
fn with_a_lower_limit_than_before_one_waits_for_as_many_as_are_in_the_way() {
    let mut object = Object::new();
    for second in 0..3 {
        object.now = NOW + second;
        assert_eq!(object.wait(1), 0);
    }
    for (per_address, waits) in [(2, 899), (1, 900), (0, 900)] {
        let limits = AttemptLimits {
            per_address,
            ..LIMITS
        };
        let from = client(1);
        match object.apply(Command::Begin { from, limits }) {
            Answer::TooMany(too_many) => assert_eq!(too_many.retry_after, waits),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_clock_that_was_ahead_locks_nobody_out_for_longer_than_a_window() {
    let mut object = Object::new();
    object.now = NOW + 100_000_000;
    for _ in 0..3 {
        assert_eq!(object.wait(1), 0);
    }
    object.now = NOW;
    assert_eq!(object.wait(1), 900);
    object.now = NOW + 900;
    assert_eq!(object.wait(1), 0);
}

#[test]
fn a_clock_that_is_set_back_lets_no_more_guesses_through() {
    let mut object = Object::new();
    for step in 0..50 {
        object.now = NOW - 1000 * step;
        let waits = object.wait(1);
        assert_eq!(waits == 0, step < 3, "{step}");
        assert!(waits <= 900);
    }
}

#[test]
fn failures_are_all_that_is_kept_of_someone_who_does_not_exist_and_only_for_a_window() {
    let mut object = Object::new();
    assert_eq!(object.wait(1), 0);
    assert_eq!(object.ledger.next_look(), Some(NOW + 900));
    object.ledger.tidy(NOW + 899);
    assert!(!object.ledger.is_empty());
    object.ledger.tidy(NOW + 900);
    assert!(object.ledger.is_empty());
    assert_eq!(object.ledger.next_look(), None);
}
