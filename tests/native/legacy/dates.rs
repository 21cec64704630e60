use core::time::Duration;

use portcullis::token::{Status, UnverifiedToken};

use super::*;

#[test]
fn a_token_is_valid_in_the_second_of_its_expiry() {
    let verifier = legacy(Algorithm::Hs512);
    let exactly = |seconds| UnixTime::from_seconds_f64(seconds).unwrap();
    for now in [0.0, 1_600_000_599.0, 1_600_000_600.0, 1_600_000_600.999] {
        assert!(verifier.verify(HS512, exactly(now)).is_ok(), "{now}");
    }
    for now in [1_600_000_601.0, 1_600_000_601.5, 8_640_000_000_000.0] {
        assert_eq!(
            verifier.verify(HS512, exactly(now)),
            Err(TokenError::Expired {
                expired_at: at(LAST)
            }),
            "{now}"
        );
    }
}

#[test]
fn reading_without_the_key_counts_seconds_like_the_verifier() {
    let verifier = legacy(Algorithm::Hs512);
    let fraction = sign_512(r#"{"alg":"HS512","exp":1600000600.999}"#, "{}");
    for token in [HS512, &fraction] {
        let unverified = UnverifiedToken::parse(token).unwrap();
        for now in [0.0, 1_600_000_600.0, 1_600_000_600.9, 1_600_000_601.0] {
            let now = UnixTime::from_seconds_f64(now).unwrap();
            let read = unverified.inspect(now, Duration::ZERO).unwrap();
            let current = verifier.verify(token, now).is_ok();
            assert!(read.legacy);
            assert_eq!(read.status == Status::Current, current, "{token} {now}");
            assert_eq!(read.status == Status::Expired, !current, "{token} {now}");
        }
    }
}

#[test]
fn a_fraction_of_the_expiry_is_truncated_like_in_itsdangerous() {
    let verifier = legacy(Algorithm::Hs512);
    let token = sign_512(r#"{"alg":"HS512","exp":1600000600.999}"#, "1");
    assert_eq!(
        verifier.verify(&token, at(LAST)).unwrap().expires_at(),
        at(LAST)
    );
    assert_eq!(
        verifier.verify(&token, at(LAST + 1)),
        Err(TokenError::Expired {
            expired_at: at(LAST)
        })
    );
}

#[test]
fn the_expiry_in_the_header_must_be_a_number_that_is_not_negative() {
    let exp = |problem| TokenError::ClaimInvalid {
        claim: "exp".into(),
        problem,
    };
    for value in [
        "null",
        "true",
        "\"1600000600\"",
        "[]",
        "{}",
        "-1",
        "-0.5",
        "1e300",
        "8640000000001",
    ] {
        assert_eq!(
            with_header(&format!(r#","exp":{value}"#)),
            Err(exp(ClaimProblem::Malformed)),
            "{value}"
        );
    }
    assert_eq!(with_header(""), Err(exp(ClaimProblem::Missing)));
    assert_eq!(
        with_header(r#","iat":1600000000"#),
        Err(exp(ClaimProblem::Missing))
    );
    assert_eq!(code(with_header(r#","exp":0"#)), "token_expired");
}

#[test]
fn the_date_of_issue_may_be_in_the_future_or_missing_but_not_malformed() {
    let ahead = with_header(&format!(r#","exp":{LAST},"iat":1700000000"#)).unwrap();
    assert_eq!(ahead.issued_at(), Some(at(1_700_000_000)));
    let missing = with_header(&format!(r#","exp":{LAST}"#)).unwrap();
    assert_eq!(missing.issued_at(), None);
    let text = with_header(&format!(r#","exp":{LAST},"iat":"now""#));
    assert_eq!(refused_claim(text), "iat");
}

#[test]
fn overdue_is_reported_only_if_nothing_else_is_wrong() {
    let refusal = |token: &str| FlaskError::from(&judge(token).unwrap_err());
    let over = r#"{"alg":"HS512","iat":1,"exp":2}"#;
    let overdue = sign_512(over, r#"{"id":1}"#);
    assert_eq!(refusal(&overdue), FlaskError::Overdue);
    assert_eq!(refusal(&overdue).as_str(), "token be overdue");
    let forged = format!(
        "{}.{}",
        overdue.rsplit_once('.').unwrap().0,
        base64url([0; 64])
    );
    for (token, wrong) in [
        (forged, "token_signature_invalid"),
        (sign_512(over, "{"), "token_malformed"),
        (
            sign_512(r#"{"alg":"HS256","exp":2}"#, "1"),
            "token_algorithm_not_allowed",
        ),
        (
            sign_512(r#"{"alg":"HS512","iat":"x","exp":2}"#, "1"),
            "token_claim_invalid",
        ),
        (
            sign_512(r#"{"alg":"HS512","exp":2,"crit":["x"]}"#, "1"),
            "token_malformed",
        ),
    ] {
        assert_eq!(code(judge(&token)), wrong, "{token}");
        assert_eq!(refusal(&token), FlaskError::Incorrect, "{token}");
        assert_eq!(refusal(&token).as_str(), "token incorrect");
    }
}
