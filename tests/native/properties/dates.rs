//! The dates in a token compared with exact arithmetic, in any notation.

use core::time::Duration;

use portcullis::error::{ClaimProblem, TokenError};
use portcullis::time::UnixTime;
use portcullis::token::Policy;
use proptest::prelude::*;

use super::exact;
use crate::support::*;

/// Any JSON number, most of them near a limit.
fn any_number() -> impl Strategy<Value = String> {
    let digits = prop_oneof![
        Just("0".to_owned()),
        (NOW - 2..NOW + 2).prop_map(|n| n.to_string()),
        (8_639_999_999_999..=8_640_000_000_001_i64).prop_map(|n| n.to_string()),
        "[1-9][0-9]{0,25}",
    ];
    let fraction = prop_oneof![
        Just(String::new()),
        "\\.[0-9]{1,9}",
        "\\.(0{1,30}|9{1,30}|5)[0-9]{0,2}",
    ];
    let exponent = prop_oneof![
        Just(String::new()),
        "[eE][+-]?[0-9]",
        "[eE]-[0-9]{1,20}",
        "[eE][+-]?0{0,12}[0-9]{1,2}"
    ];
    let as_it_comes = (any::<bool>(), digits, fraction, exponent)
        .prop_map(|(negative, d, f, e)| format!("{}{d}{f}{e}", if negative { "-" } else { "" }));
    prop_oneof![as_it_comes, any_shifted()]
}

/// A date near `NOW` or an end of the range, with its decimal point at any place.
fn any_shifted() -> impl Strategy<Value = String> {
    let near = prop_oneof![Just(0), Just(i128::from(NOW) * 1_000_000), Just(exact::MAX)];
    (near, -3..=3_i128, any::<bool>(), 0..30_u8, 0..12_usize).prop_map(
        |(micros, off, negative, shift, zeros)| {
            // `shift` is the number of digits after the point.
            let places = usize::from(shift);
            let digits = format!("{:0>1$}", (micros + off).unsigned_abs(), places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let whole = match whole.trim_start_matches('0') {
                "" => "0",
                whole => whole,
            };
            let zeros = "0".repeat(zeros);
            let point = if fraction.len() + zeros.len() == 0 {
                ""
            } else {
                "."
            };
            let sign = if negative { "-" } else { "" };
            format!(
                "{sign}{whole}{point}{fraction}{zeros}e{}",
                i32::from(shift) - 6
            )
        },
    )
}

fn at_micros(micros: i128) -> Option<UnixTime> {
    let seconds = i64::try_from(micros.div_euclid(1_000_000)).ok()?;
    let rest = u64::try_from(micros.rem_euclid(1_000_000)).ok()?;
    UnixTime::from_seconds(seconds)?.checked_add(Duration::from_micros(rest))
}

/// Verifies at a time that is `off` microseconds from the time at which a date with this
/// leeway takes effect; `None` if there is no such time.
fn verify_near(
    payload: &str,
    date: i128,
    leeway: u64,
    off: i128,
) -> Option<(i128, Result<(), TokenError>)> {
    let now = date + off;
    let policy = Policy {
        leeway: Duration::from_micros(leeway),
        required_claims: vec![],
        rejects_future_issue: true,
        ..Policy::default()
    };
    let outcome = verifier(policy).verify(&claims(payload), at_micros(now)?);
    Some((now, outcome.map(drop)))
}

/// A malformed date is not a missing one.
fn assert_is_no_date(claim: &str, number: &str) -> Result<(), TestCaseError> {
    let policy = Policy {
        required_claims: vec![],
        ..Policy::default()
    };
    let token = claims(&format!(r#"{{"{claim}":{number}}}"#));
    let malformed = TokenError::ClaimInvalid {
        claim: claim.into(),
        problem: ClaimProblem::Malformed,
    };
    prop_assert_eq!(verify_with(&token, policy).map(drop), Err(malformed));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_expiry_is_exact(number in any_number(), leeway in 0..3_000_000_u64, off in -2..=2_i128) {
        let payload = format!(r#"{{"exp":{number}}}"#);
        let Some(end) = exact::micros(&number, false) else {
            return assert_is_no_date("exp", &number);
        };
        let over_at = (end + i128::from(leeway)).min(exact::MAX);
        let Some((now, outcome)) = verify_near(&payload, over_at, leeway, off) else {
            return Ok(());
        };
        let expected = match at_micros(end) {
            Some(expired_at) if over_at <= now => Err(TokenError::Expired { expired_at }),
            _ => Ok(()),
        };
        prop_assert_eq!(outcome, expected, "{} at {}", number, now);
    }

    #[test]
    fn a_start_is_exact(number in any_number(), leeway in 0..3_000_000_u64, off in -2..=2_i128) {
        let payload = format!(r#"{{"nbf":{number}}}"#);
        let Some(start) = exact::micros(&number, true) else {
            return assert_is_no_date("nbf", &number);
        };
        let from = start - i128::from(leeway);
        let Some((now, outcome)) = verify_near(&payload, from, leeway, off) else {
            return Ok(());
        };
        let expected = match at_micros(start) {
            Some(not_before) if now < from => Err(TokenError::NotYetValid { not_before }),
            _ => Ok(()),
        };
        prop_assert_eq!(outcome, expected, "{} at {}", number, now);
    }

    #[test]
    fn an_issue_is_exact(number in any_number(), leeway in 0..3_000_000_u64, off in -2..=2_i128) {
        let payload = format!(r#"{{"iat":{number}}}"#);
        let Some(issued) = exact::micros(&number, true) else {
            return assert_is_no_date("iat", &number);
        };
        let from = issued - i128::from(leeway);
        let Some((now, outcome)) = verify_near(&payload, from, leeway, off) else {
            return Ok(());
        };
        let expected = if now < from {
            Err(TokenError::ClaimInvalid { claim: "iat".into(), problem: ClaimProblem::InFuture })
        } else {
            Ok(())
        };
        prop_assert_eq!(outcome, expected, "{} at {}", number, now);
    }

    #[test]
    fn an_age_is_exact(
        number in any_number(),
        age in 0..10_000_000_u64,
        leeway in 0..3_000_000_u64,
        off in -2..=2_i128,
    ) {
        let Some(issued) = exact::micros(&number, true) else {
            return Ok(());
        };
        let end = (issued + i128::from(age)).min(exact::MAX);
        let over_at = (end + i128::from(leeway)).min(exact::MAX);
        let policy = Policy {
            leeway: Duration::from_micros(leeway),
            max_age: Some(Duration::from_micros(age)),
            required_claims: vec![],
            ..Policy::default()
        };
        let (Some(now), Some(expired_at)) = (at_micros(over_at + off), at_micros(end)) else {
            return Ok(());
        };
        let token = claims(&format!(r#"{{"iat":{number}}}"#));
        let outcome = verifier(policy).verify(&token, now).map(drop);
        let expected = if over_at + off < issued - i128::from(leeway) {
            Err(TokenError::ClaimInvalid { claim: "iat".into(), problem: ClaimProblem::InFuture })
        } else if over_at <= over_at + off {
            Err(TokenError::Expired { expired_at })
        } else {
            Ok(())
        };
        prop_assert_eq!(outcome, expected, "{} at {}", number, over_at + off);
    }

    #[test]
    fn a_time_is_written_as_it_is_read(micros in -exact::MAX..=exact::MAX) {
        let written = at_micros(micros).unwrap().to_string();
        prop_assert_eq!(exact::micros(&written, false), Some(micros), "{}", written);
        prop_assert_eq!(exact::micros(&written, true), Some(micros), "{}", written);
    }
}
