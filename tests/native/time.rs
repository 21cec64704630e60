use core::time::Duration;

use portcullis::time::UnixTime;

use crate::support::*;

#[test]
fn the_range_is_that_of_a_javascript_date() {
    assert_eq!(
        UnixTime::from_seconds(8_640_000_000_000),
        Some(UnixTime::MAX)
    );
    assert_eq!(UnixTime::from_seconds(8_640_000_000_001), None);
    assert_eq!(
        UnixTime::from_seconds(-8_640_000_000_000),
        Some(UnixTime::MIN)
    );
    assert_eq!(UnixTime::from_seconds(i64::MIN), None);
    assert_eq!(UnixTime::from_seconds_f64(f64::NAN), None);
    assert_eq!(UnixTime::from_seconds_f64(f64::INFINITY), None);
    assert_eq!(UnixTime::from_seconds_f64(1e300), None);
}

#[test]
fn seconds_are_rounded_toward_the_past() {
    let time = |s| UnixTime::from_seconds_f64(s).unwrap();
    assert_eq!(time(1.999_999_9).seconds(), 1);
    assert_eq!(time(-0.5).seconds(), -1);
    assert_eq!(time(-0.5).seconds_f64(), -0.5);
    assert!(time(1.000_000_9) < time(1.000_001_1));
}

#[test]
fn sums_stop_at_the_ends_of_the_range() {
    assert_eq!(at(1).saturating_add(Duration::MAX), UnixTime::MAX);
    assert_eq!(at(1).checked_add(Duration::MAX), None);
    assert_eq!(at(1).checked_add(Duration::from_secs(2)), Some(at(3)));
    assert_eq!(
        UnixTime::MAX.seconds_since(UnixTime::MIN),
        17_280_000_000_000.0
    );
}

#[test]
fn a_time_is_written_as_the_shortest_number() {
    let written = |s: f64| UnixTime::from_seconds_f64(s).unwrap().to_string();
    assert_eq!(written(1_700_000_000.0), "1700000000");
    assert_eq!(written(0.5), "0.5");
    assert_eq!(written(-0.5), "-0.5");
    assert_eq!(written(1.25), "1.25");
    assert_eq!(UnixTime::MIN.to_string(), "-8640000000000");
}

/// The expiry of a token shows how a date in it is read.
fn expiry(number: &str) -> Option<f64> {
    let token = claims(&format!(r#"{{"exp":{number}}}"#));
    let token = portcullis::token::UnverifiedToken::parse(&token).unwrap();
    let inspection = token.inspect(at(0), Duration::ZERO).ok()?;
    inspection.expires_at.map(UnixTime::seconds_f64)
}

#[test]
fn numbers_are_read_exactly_in_any_notation() {
    for (number, seconds) in [
        ("0", 0.0),
        ("-0", 0.0),
        ("0e999999999999", 0.0),
        ("1700000000", 1.7e9),
        ("1.7e9", 1.7e9),
        ("17E+8", 1.7e9),
        ("0.00017e13", 1.7e9),
        ("1700000000000e-3", 1.7e9),
        ("1700000000.000000000000000000000000000000", 1.7e9),
        ("1.5", 1.5),
        ("-1.5", -1.5),
        ("8640000000000", 8.64e12),
        ("1e-400", 0.0),
    ] {
        assert_eq!(expiry(number), Some(seconds), "{number}");
    }
    for beyond in ["8640000000000.1", "8640000000001", "1e13", "-1e13", "1e99"] {
        assert_eq!(expiry(beyond), None, "{beyond}");
    }
}

#[test]
fn zeros_after_all_significant_digits_change_nothing() {
    for zeros in [5, 10, 20, 40] {
        let token = claims(&format!(
            r#"{{"exp":2e9,"nbf":{NOW}.{0},"iat":{NOW}000000.{0}e-6}}"#,
            "0".repeat(zeros)
        ));
        assert!(verify(&token).is_ok(), "{zeros}");
    }
    assert_eq!(expiry("-1.00000000000000000000000000000"), Some(-1.0));
}

#[test]
fn a_fraction_of_a_microsecond_is_never_rounded_in_the_holders_favor() {
    assert_eq!(expiry("1.0000019"), Some(1.000_001));
    assert_eq!(expiry("1.99999999999999999999999999"), Some(1.999_999));
    assert_eq!(expiry("-1.0000001"), Some(-1.000_001));
}
