use core::time::Duration;

use portcullis::error::{ClaimProblem, Malformation, TokenError};
use portcullis::key::Algorithm;
use portcullis::time::UnixTime;
use portcullis::token::Policy;
use portcullis::token::legacy::LegacyVerifier;

use super::malformation;
use crate::support::*;

fn check(payload: &str) -> Result<(), TokenError> {
    verify(&claims(payload)).map(|_| ())
}

/// Verifies with the weakest policy, after a change to it.
fn check_with(payload: &str, change: impl FnOnce(&mut Policy)) -> Result<(), TokenError> {
    let mut policy = Policy {
        required_claims: Vec::new(),
        ..Policy::default()
    };
    change(&mut policy);
    verify_with(&claims(payload), policy).map(|_| ())
}

#[test]
fn a_malformed_expiry_is_not_a_missing_one_cve_2026_25537() {
    for value in [
        "\"1700000900\"",
        "\"never\"",
        "null",
        "true",
        "false",
        "[1700000900]",
        "{}",
        "1e300",
        "1e15",
        "18446744073709551616",
        "-18446744073709551616",
        "9007199254740993",
    ] {
        for claim in ["exp", "nbf", "iat"] {
            // This holds even if the policy does not require an expiry.
            let result = check_with(&format!(r#"{{"{claim}":{value}}}"#), |_| ());
            assert_eq!(
                result,
                Err(TokenError::ClaimInvalid {
                    claim: claim.into(),
                    problem: ClaimProblem::Malformed
                }),
                "{claim} {value}"
            );
        }
    }
    for value in ["1e400", "NaN", "Infinity", "01700000900", "+1700000900", ""] {
        let token = claims(&format!(r#"{{"exp":{value}}}"#));
        assert_eq!(malformation(&token), Malformation::Json, "{value}");
    }
    assert_eq!(refused_claim(check(r#"{"sub":"a"}"#)), "exp");
}

#[test]
fn a_token_that_expires_now_has_expired_and_an_itsdangerous_token_has_not() {
    let now = format!(r#"{{"exp":{NOW}}}"#);
    let expired = TokenError::Expired {
        expired_at: at(NOW),
    };
    assert_eq!(check(&now), Err(expired.clone()));
    assert_eq!(check(&format!(r#"{{"exp":{}}}"#, NOW + 1)), Ok(()));

    let legacy = LegacyVerifier::new(Algorithm::Hs256, &[SECRET], None).unwrap();
    let token = sign(format!(r#"{{"alg":"HS256","exp":{NOW}}}"#), "{}");
    assert!(legacy.verify(&token, at(NOW)).is_ok());
    assert_eq!(legacy.verify(&token, at(NOW + 1)), Err(expired));
}

#[test]
fn a_fraction_of_a_date_is_never_rounded_in_the_holders_favor() {
    let verify_at = |payload: &str, now: f64| {
        let now = UnixTime::from_seconds_f64(now).unwrap();
        verifier(Policy {
            required_claims: Vec::new(),
            ..Policy::default()
        })
        .verify(&claims(payload), now)
        .map(|_| ())
    };
    let exp = r#"{"exp":1700000000.5}"#;
    assert_eq!(verify_at(exp, 1_700_000_000.25), Ok(()));
    assert_eq!(code(verify_at(exp, 1_700_000_000.5)), "token_expired");
    let nbf = r#"{"nbf":1700000000.5}"#;
    assert_eq!(
        code(verify_at(nbf, 1_700_000_000.25)),
        "token_not_yet_valid"
    );
    assert_eq!(verify_at(nbf, 1_700_000_000.5), Ok(()));
    let iat = r#"{"iat":1700000000.5}"#;
    assert_eq!(verify_at(iat, 1_700_000_000.25), Ok(()));
    // Finer than the stored precision.
    let finer = r#"{"exp":1700000000.0000009}"#;
    assert_eq!(code(verify_at(finer, 1_700_000_000.0)), "token_expired");
    let finer = r#"{"nbf":1700000000.0000001}"#;
    assert_eq!(
        code(verify_at(finer, 1_700_000_000.0)),
        "token_not_yet_valid"
    );
}

#[test]
fn dates_at_the_ends_of_the_range_give_an_outcome_and_never_a_panic() {
    let ends = [
        "8640000000000",
        "-8640000000000",
        "8640000000001",
        "-8640000000001",
        "9223372036854775807",
        "-9223372036854775808",
        "-8334601228800",
        "1.7976931348623157e308",
        "5e-324",
        "-0",
    ];
    for date in ends {
        for claim in ["exp", "nbf", "iat"] {
            for now in [UnixTime::MIN, at(NOW), UnixTime::MAX] {
                for span in [Duration::ZERO, Duration::MAX] {
                    let policy = Policy {
                        required_claims: Vec::new(),
                        leeway: span,
                        max_age: Some(span),
                        ..Policy::default()
                    };
                    let token = claims(&format!(r#"{{"iat2":1,"{claim}":{date}}}"#));
                    let _ = verifier(policy).verify(&token, now);
                }
            }
        }
    }
    // A date in the range is accepted; a date beyond the range is an error.
    let dated = |claim: &str, date: &str| check_with(&format!(r#"{{"{claim}":{date}}}"#), |_| ());
    assert_eq!(dated("exp", "8640000000000"), Ok(()));
    assert_eq!(refused_claim(dated("exp", "8640000000001")), "exp");
    assert_eq!(dated("nbf", "-8640000000000"), Ok(()));
    assert_eq!(refused_claim(dated("nbf", "-8640000000001")), "nbf");
}

#[test]
fn a_token_is_not_valid_before_nbf() {
    let nbf = |ahead: i64, leeway: u64| {
        check_with(&format!(r#"{{"nbf":{}}}"#, NOW + ahead), |policy| {
            policy.leeway = Duration::from_secs(leeway);
        })
    };
    assert_eq!(nbf(0, 0), Ok(()));
    assert_eq!(nbf(5, 5), Ok(()));
    for (ahead, leeway) in [(1, 0), (6, 5)] {
        assert_eq!(
            nbf(ahead, leeway),
            Err(TokenError::NotYetValid {
                not_before: at(NOW + ahead)
            })
        );
    }
}

#[test]
fn a_token_issued_in_the_future_is_refused_if_the_policy_says_so() {
    let iat = |ahead: i64, leeway: u64| {
        check_with(&format!(r#"{{"iat":{}}}"#, NOW + ahead), |policy| {
            policy.leeway = Duration::from_secs(leeway);
            policy.rejects_future_issue = true;
        })
    };
    assert_eq!(iat(0, 0), Ok(()));
    assert_eq!(iat(5, 5), Ok(()));
    assert_eq!(refused_claim(iat(1, 0)), "iat");
    assert_eq!(refused_claim(iat(6, 5)), "iat");
}

#[test]
fn an_audience_matches_exactly_and_has_only_strings_cve_2020_26160() {
    let aud = |value: &str, wanted: &[&str]| {
        check_with(&format!(r#"{{"aud":{value}}}"#), |policy| {
            policy.audiences = wanted.iter().map(|&a| a.into()).collect();
        })
    };
    for right in [r#""api""#, r#"["api"]"#, r#"["web","api"]"#] {
        assert_eq!(aud(right, &["api"]), Ok(()), "{right}");
    }
    for wrong in [
        r#""API""#,
        r#""ap""#,
        r#""api/""#,
        r#"["web"]"#,
        r#"["ap","i"]"#,
    ] {
        assert_eq!(refused_claim(aud(wrong, &["api"])), "aud", "{wrong}");
    }
    // An empty or mixed audience is refused although one element would match, and also
    // if the policy requires no audience.
    for odd in [
        "\"\"",
        "[]",
        r#"["api",1]"#,
        r#"["api",null]"#,
        r#"["api",""]"#,
        r#"[["api"]]"#,
        r#"{"api":1}"#,
        "null",
        "true",
    ] {
        for wanted in [&["api"] as &[&str], &[]] {
            assert_eq!(refused_claim(aud(odd, wanted)), "aud", "{odd}");
        }
    }
    let missing = check_with("{}", |policy| policy.audiences = vec!["api".into()]);
    assert_eq!(refused_claim(missing), "aud");
}

#[test]
fn issuer_and_subject_are_exact_strings() {
    let ask = |policy: &mut Policy| {
        policy.issuers = vec!["https://issuer.test".into()];
        policy.subject = Some("alice".into());
    };
    let with = |iss: &str, sub: &str| check_with(&format!(r#"{{"iss":{iss},"sub":{sub}}}"#), ask);
    let (iss, sub) = (r#""https://issuer.test""#, r#""alice""#);
    assert_eq!(with(iss, sub), Ok(()));
    for wrong in [
        r#""https://issuer.test/""#,
        r#""HTTPS://issuer.test""#,
        r#""https://issuer.test.evil.test""#,
        r#"["https://issuer.test"]"#,
        "null",
        "\"\"",
    ] {
        assert_eq!(refused_claim(with(wrong, sub)), "iss", "{wrong}");
    }
    for wrong in [r#""Alice""#, r#""alice ""#, r#"["alice"]"#, "1", "null"] {
        assert_eq!(refused_claim(with(iss, wrong)), "sub", "{wrong}");
    }
    assert_eq!(refused_claim(check_with(r#"{"sub":"alice"}"#, ask)), "iss");
}
