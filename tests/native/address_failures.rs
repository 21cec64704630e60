//! Failures of one address across all accounts.

use portcullis::account::{AddressFailures, AddressId, ClientAddress, CountFailure};

use crate::support::*;

fn address(number: u32) -> AddressId {
    let [_, a, b, c] = number.to_be_bytes();
    ClientAddress::parse(&format!("10.{a}.{b}.{c}")).across_accounts(b"secret")
}

/// The seconds to wait; 0 if the attempt is allowed.
fn count(failures: &mut AddressFailures, number: u32, now: i64) -> u32 {
    let attempt = CountFailure {
        address: address(number),
        limit: 3,
        window: 900,
    };
    match failures.count(&attempt, now) {
        Ok(()) => 0,
        Err(too_many) => too_many.retry_after,
    }
}

#[test]
fn each_address_has_a_limit_of_failures_in_a_window() {
    let mut failures = AddressFailures::default();
    for second in 0..3 {
        assert_eq!(count(&mut failures, 1, NOW + second), 0);
    }
    assert_eq!(count(&mut failures, 1, NOW + 10), 890);
    assert_eq!(count(&mut failures, 2, NOW + 10), 0);
    assert_eq!(count(&mut failures, 1, NOW + 899), 1);
    assert_eq!(count(&mut failures, 1, NOW + 900), 0);
}

#[test]
fn a_right_password_withdraws_its_attempt() {
    let mut failures = AddressFailures::default();
    for _ in 0..10 {
        assert_eq!(count(&mut failures, 1, NOW), 0);
        failures.withdraw(&address(1));
    }
    failures.withdraw(&address(1));
    let waits = [(); 4].map(|()| count(&mut failures, 1, NOW));
    assert_eq!(waits, [0, 0, 0, 900]);
}

#[test]
fn a_clock_that_was_ahead_extends_no_window() {
    let mut failures = AddressFailures::default();
    for _ in 0..3 {
        assert_eq!(count(&mut failures, 1, NOW + 1_000_000), 0);
    }
    assert_eq!(count(&mut failures, 1, NOW), 900);
    assert_eq!(count(&mut failures, 1, NOW + 900), 0);
}

#[test]
fn a_flood_of_addresses_does_not_drop_an_address_with_many_failures() {
    let mut failures = AddressFailures::default();
    for _ in 0..3 {
        assert_eq!(count(&mut failures, 0, NOW), 0);
    }
    for number in 1..6000 {
        assert_eq!(count(&mut failures, number, NOW), 0);
    }
    assert_eq!(count(&mut failures, 0, NOW), 900);
}

#[test]
fn an_address_has_one_counter_of_32() {
    let name = AddressFailures::object_name(&address(1));
    assert_eq!(name, AddressFailures::object_name(&address(1)));
    let names: std::collections::BTreeSet<_> = (0..1000)
        .map(|number| AddressFailures::object_name(&address(number)))
        .collect();
    assert_eq!(names.len(), 32);
}
