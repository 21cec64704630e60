use core::time::Duration;

use portcullis::error::{ClaimProblem, TokenError};
use portcullis::token::Policy;

use crate::support::*;

fn policy(change: impl FnOnce(&mut Policy)) -> Policy {
    let mut policy = Policy::default();
    change(&mut policy);
    policy
}

fn check(payload: &str) -> Result<(), TokenError> {
    verify(&claims(payload)).map(|_| ())
}

fn check_with(payload: &str, change: impl FnOnce(&mut Policy)) -> Result<(), TokenError> {
    verify_with(&claims(payload), policy(change)).map(|_| ())
}

#[test]
fn an_expired_token_names_its_expiry() {
    assert_eq!(
        check(r#"{"exp":1699999999}"#),
        Err(TokenError::Expired {
            expired_at: at(1_699_999_999)
        })
    );
}

#[test]
fn a_token_is_expired_in_the_second_at_which_it_expires() {
    assert_eq!(code(check(r#"{"exp":1700000000}"#)), "token_expired");
    assert!(check(r#"{"exp":1700000001}"#).is_ok());
    assert!(check(r#"{"exp":1700000000.5}"#).is_ok());
    assert!(check(r#"{"exp":1.7000009e9}"#).is_ok());
    assert_eq!(code(check(r#"{"exp":1.7e9}"#)), "token_expired");
}

#[test]
fn leeway_moves_both_ends() {
    let five = |policy: &mut Policy| policy.leeway = Duration::from_secs(5);
    assert!(check_with(r#"{"exp":1699999996}"#, five).is_ok());
    assert_eq!(
        code(check_with(r#"{"exp":1699999995}"#, five)),
        "token_expired"
    );
    assert!(check_with(r#"{"exp":1700000900,"nbf":1700000005}"#, five).is_ok());
    assert_eq!(
        code(check_with(r#"{"exp":1700000900,"nbf":1700000006}"#, five)),
        "token_not_yet_valid"
    );
}

#[test]
fn a_malformed_date_is_not_a_missing_one() {
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            "\"1700000900\"",
            "true",
            "null",
            "{}",
            "[]",
            "1e300",
            "1e15",
            "18446744073709551615",
            "-9223372036854775808",
            "9007199254740993",
        ] {
            let payload = format!(r#"{{"sub":"a","{claim}":{value}}}"#);
            let result = check_with(&payload, |policy| policy.required_claims.clear());
            assert_eq!(refused_claim(result), claim, "{payload}");
        }
        // A number beyond a double is not JSON for this reader.
        let payload = format!(r#"{{"{claim}":1e400}}"#);
        assert_eq!(code(check(&payload)), "token_malformed");
    }
}

#[test]
fn dates_at_the_ends_of_the_range_do_not_panic() {
    for date in [
        "8640000000000",
        "-8640000000000",
        "0",
        "-1",
        "-8334601228800",
    ] {
        for claim in ["exp", "nbf", "iat"] {
            let payload = format!(r#"{{"{claim}":{date}}}"#);
            let _ = check_with(&payload, |policy| {
                policy.required_claims.clear();
                policy.leeway = Duration::MAX;
                policy.max_age = Some(Duration::MAX);
            });
        }
    }
}

#[test]
fn an_expiry_is_required_unless_the_policy_says_otherwise() {
    assert_eq!(refused_claim(check(r#"{"sub":"a"}"#)), "exp");
    assert!(check_with(r#"{"sub":"a"}"#, |p| p.required_claims.clear()).is_ok());
    // More required claims do not make the expiry optional.
    let sub = |p: &mut Policy| p.required_claims = vec!["sub".into()];
    assert_eq!(refused_claim(check_with(r#"{"sub":"a"}"#, sub)), "exp");
}

#[test]
fn required_claims_must_be_present() {
    let ask = |p: &mut Policy| p.required_claims = vec!["sub".into(), "role".into()];
    let payload = |more: &str| format!(r#"{{"exp":1700000900,"sub":"a"{more}}}"#);
    assert!(check_with(&payload(r#","\u0072ole":null"#), ask).is_ok());
    assert_eq!(refused_claim(check_with(&payload(""), ask)), "role");
}

#[test]
fn a_token_is_not_valid_before_its_time() {
    assert!(check(r#"{"exp":1700000900,"nbf":1700000000}"#).is_ok());
    assert_eq!(
        check(r#"{"exp":1700000900,"nbf":1700000001}"#),
        Err(TokenError::NotYetValid {
            not_before: at(1_700_000_001)
        })
    );
    // A fraction is not rounded in the holder's favor.
    assert_eq!(
        code(check(r#"{"exp":1700000900,"nbf":1700000000.0000001}"#)),
        "token_not_yet_valid"
    );
}

#[test]
fn a_token_from_the_future_is_an_error_only_if_the_policy_asks_for_its_age() {
    let future = r#"{"exp":1700000900,"iat":1700000001}"#;
    assert_eq!(check(future), Ok(()));
    let refused = Err(TokenError::ClaimInvalid {
        claim: "iat".into(),
        problem: ClaimProblem::InFuture,
    });
    let age = |p: &mut Policy| p.max_age = Some(Duration::from_secs(60));
    assert_eq!(check_with(future, age), refused);
    let always = |p: &mut Policy| p.rejects_future_issue = true;
    assert_eq!(check_with(future, always), refused);
    assert_eq!(check_with(r#"{"exp":1700000900}"#, always), Ok(()));
}

#[test]
fn an_age_limit_ends_a_token_before_its_expiry() {
    let minute = |p: &mut Policy| p.max_age = Some(Duration::from_secs(60));
    assert!(check_with(r#"{"exp":1700000900,"iat":1699999941}"#, minute).is_ok());
    assert_eq!(
        check_with(r#"{"exp":1700000900,"iat":1699999940}"#, minute),
        Err(TokenError::Expired {
            expired_at: at(NOW)
        })
    );
    assert_eq!(
        refused_claim(check_with(r#"{"exp":1700000900}"#, minute)),
        "iat"
    );
}

#[test]
fn the_audience_is_a_string_or_an_array_of_strings_and_matches_exactly() {
    let api = |p: &mut Policy| p.audiences = vec!["api".into(), "admin".into()];
    for aud in [
        r#""api""#,
        r#"["api"]"#,
        r#"["web","admin"]"#,
        r#""\u0061pi""#,
    ] {
        let payload = format!(r#"{{"exp":1700000900,"aud":{aud}}}"#);
        assert!(check_with(&payload, api).is_ok(), "{aud}");
    }
    for aud in [
        r#""API""#,
        r#""web""#,
        r#"["web"]"#,
        r#""api ""#,
        r#"["apiadmin"]"#,
    ] {
        let payload = format!(r#"{{"exp":1700000900,"aud":{aud}}}"#);
        assert_eq!(refused_claim(check_with(&payload, api)), "aud", "{aud}");
    }
    assert_eq!(
        refused_claim(check_with(r#"{"exp":1700000900}"#, api)),
        "aud"
    );
}

#[test]
fn an_audience_that_is_empty_mixed_or_of_another_type_is_refused_even_if_none_is_required() {
    for aud in [
        "\"\"",
        "[]",
        "null",
        "1",
        "{}",
        r#"["api",1]"#,
        r#"[["api"]]"#,
        r#"["api",""]"#,
    ] {
        let payload = format!(r#"{{"exp":1700000900,"aud":{aud}}}"#);
        assert_eq!(refused_claim(check(&payload)), "aud", "{aud}");
    }
}

#[test]
fn issuer_and_subject_match_exactly() {
    let ask = |p: &mut Policy| {
        p.issuers = vec!["https://a.test".into(), "https://b.test".into()];
        p.subject = Some("alice".into());
    };
    let payload =
        |iss: &str, sub: &str| format!(r#"{{"exp":1700000900,"iss":"{iss}","sub":"{sub}"}}"#);
    assert!(check_with(&payload("https://b.test", "alice"), ask).is_ok());
    assert_eq!(
        refused_claim(check_with(&payload("https://b.test/", "alice"), ask)),
        "iss"
    );
    assert_eq!(
        refused_claim(check_with(&payload("https://a.test", "Alice"), ask)),
        "sub"
    );
    assert_eq!(
        refused_claim(check_with(r#"{"exp":1700000900,"sub":"alice"}"#, ask)),
        "iss"
    );
}

#[test]
fn registered_claims_of_a_wrong_type_are_refused_even_if_not_required() {
    for claim in ["iss", "sub", "jti"] {
        for value in ["1", "null", "[\"a\"]", "{}"] {
            let payload = format!(r#"{{"exp":1700000900,"{claim}":{value}}}"#);
            assert_eq!(refused_claim(check(&payload)), claim);
        }
    }
}

#[test]
fn the_expiry_is_checked_last() {
    let ask = |p: &mut Policy| p.issuers = vec!["me".into()];
    let result = check_with(r#"{"exp":1,"iss":"you"}"#, ask);
    assert_eq!(refused_claim(result), "iss");
    let result = check(r#"{"exp":1,"nbf":1700000900}"#);
    assert_eq!(code(result), "token_not_yet_valid");
}

#[test]
fn repeated_claims_are_refused_at_every_depth() {
    for payload in [
        r#"{"exp":1,"exp":1700000900}"#,
        r#"{"exp":1700000900,"sub":"alice","su\u0062":"admin"}"#,
        r#"{"exp":1700000900,"o":{"r":1,"r":2}}"#,
        r#"{"exp":1700000900,"o":[{"r":[{"s":1,"s":1}]}]}"#,
    ] {
        assert_eq!(code(check(payload)), "token_malformed", "{payload}");
    }
    assert!(check(r#"{"exp":1700000900,"o":{"r":1},"p":{"r":2},"r":3}"#).is_ok());
}

#[test]
fn an_itsdangerous_token_never_passes_a_plain_verifier() {
    // Its expiry is in the header, where a JWT verifier does not look.
    let header = r#"{"alg":"HS256","iat":1699999000,"exp":1700009000}"#;
    let token = sign(header, r#"{"id":1}"#);
    assert_eq!(refused_claim(verify(&token)), "exp");
    let lax = verify_with(&token, policy(|p| p.required_claims.clear()));
    assert_eq!(refused_claim(lax), "exp");
}
