use core::time::Duration;

use portcullis::error::{Malformation, TokenError};
use portcullis::time::UnixTime;
use portcullis::token::{Inspection, Status, UnverifiedToken};

use crate::support::*;

fn inspect(token: &str) -> Result<Inspection, TokenError> {
    UnverifiedToken::parse(token)?.inspect(at(NOW), Duration::ZERO)
}

fn status(payload: &str) -> Status {
    inspect(&claims(payload)).unwrap().status
}

#[test]
fn the_status_says_whether_now_is_before_within_or_after_the_lifetime() {
    assert_eq!(status(r#"{"exp":1700000001}"#), Status::Current);
    assert_eq!(status(r#"{"exp":1700000000}"#), Status::Expired);
    assert_eq!(status(r#"{"exp":1699999999}"#), Status::Expired);
    assert_eq!(status(r#"{"nbf":1700000001}"#), Status::NotYetValid);
    assert_eq!(
        status(r#"{"nbf":1700000001,"exp":1700000002}"#),
        Status::NotYetValid
    );
    assert_eq!(status("{}"), Status::NeverExpires);
    assert_eq!(status(r#"{"nbf":1700000000}"#), Status::NeverExpires);
}

#[test]
fn an_inspection_has_the_dates_and_the_seconds_left() {
    let token = claims(r#"{"iat":1699999000,"nbf":1699999001.5,"exp":1700000060.25}"#);
    let inspection = inspect(&token).unwrap();
    assert_eq!(inspection.issued_at, Some(at(1_699_999_000)));
    assert_eq!(
        inspection.not_before.unwrap().seconds_f64(),
        1_699_999_001.5
    );
    assert_eq!(
        inspection.expires_at.unwrap().seconds_f64(),
        1_700_000_060.25
    );
    assert_eq!(inspection.seconds_left, 60.25);
    assert!(!inspection.legacy);
    assert_eq!(
        inspect(&claims(r#"{"exp":1699999990}"#))
            .unwrap()
            .seconds_left,
        -10.0
    );
    assert_eq!(inspect(&claims("{}")).unwrap().seconds_left, f64::INFINITY);
}

#[test]
fn leeway_changes_the_status_and_not_the_seconds_left() {
    let token = UnverifiedToken::parse(&claims(r#"{"exp":1699999990}"#)).unwrap();
    let inspection = token.inspect(at(NOW), Duration::from_secs(30)).unwrap();
    assert_eq!(inspection.status, Status::Current);
    assert_eq!(inspection.seconds_left, -10.0);
}

#[test]
fn inspection_needs_no_key_and_no_valid_signature() {
    let token = claims(r#"{"exp":1700000060}"#);
    let body = token.rsplit_once('.').unwrap().0;
    for signature in ["", "AAAA", &base64url([0; 64])] {
        let token = format!("{body}.{signature}");
        assert_eq!(inspect(&token).unwrap().status, Status::Current);
    }
    assert_eq!(
        inspect(&format!("{body}.A")),
        Err(TokenError::Malformed(Malformation::Base64))
    );
}

#[test]
fn a_malformed_date_is_an_error_and_the_claims_can_still_be_read() {
    let token = claims(r#"{"exp":"tomorrow"}"#);
    assert_eq!(refused_claim(inspect(&token)), "exp");
    let unverified = UnverifiedToken::parse(&token).unwrap();
    assert_eq!(unverified.json().claims(), r#"{"exp":"tomorrow"}"#);
}

#[test]
fn an_itsdangerous_token_is_recognized_by_the_dates_in_its_header() {
    // The known token of flask-originals: secret-key, 1600000000, 600 s.
    let token = "eyJhbGciOiJIUzI1NiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.R5cUM-8JsQL5USi3Nfhm0_k2sC0SxOIfVpcc5adK5m0";
    let token = UnverifiedToken::parse(token).unwrap();
    let when = |now| token.inspect(at(now), Duration::ZERO).unwrap();
    let inspection = when(1_600_000_600);
    assert!(inspection.legacy);
    assert_eq!(inspection.issued_at, Some(at(1_600_000_000)));
    assert_eq!(inspection.expires_at, Some(at(1_600_000_600)));
    // itsdangerous accepts it in the second of its expiry.
    assert_eq!(inspection.status, Status::Current);
    assert_eq!(when(1_600_000_601).status, Status::Expired);
}

#[test]
fn a_malformed_expiry_in_the_header_is_not_a_missing_one() {
    for date in ["\"5\"", "null", "1e300"] {
        let token = sign(format!(r#"{{"alg":"HS256","exp":{date}}}"#), r#"{"iat":1}"#);
        assert_eq!(refused_claim(inspect(&token)), "exp", "{date}");
    }
    let over = sign(r#"{"alg":"HS256","exp":1}"#, r#"{"iat":1}"#);
    let inspection = inspect(&over).unwrap();
    assert_eq!(
        (inspection.status, inspection.legacy),
        (Status::Expired, true)
    );
}

#[test]
fn dates_in_the_claims_take_precedence_over_dates_in_the_header() {
    let token = sign(
        r#"{"alg":"HS256","exp":1,"iat":1}"#,
        r#"{"exp":1700000060}"#,
    );
    let inspection = inspect(&token).unwrap();
    assert!(!inspection.legacy);
    assert_eq!(inspection.status, Status::Current);
}

#[test]
fn malformed_tokens_are_refused() {
    for wrong in [
        "",
        "a.b",
        "a.b.c.d",
        "..",
        "é.é.é",
        "eyJhbGciOiJIUzI1NiJ9.W10.",
    ] {
        assert_eq!(
            code(UnverifiedToken::parse(wrong)),
            "token_malformed",
            "{wrong}"
        );
    }
}

#[test]
fn an_itsdangerous_token_has_zero_seconds_left_in_its_last_second() {
    let token = sign(r#"{"alg":"HS256","exp":600}"#, "{}");
    let inspection = |now| {
        let now = UnixTime::from_seconds_f64(now).unwrap();
        let token = UnverifiedToken::parse(&token).unwrap();
        token.inspect(now, Duration::ZERO).unwrap()
    };
    assert_eq!(inspection(599.5).seconds_left, 0.5);
    assert_eq!(inspection(600.5).seconds_left, 0.0);
    assert_eq!(inspection(600.5).status, Status::Current);
    assert_eq!(inspection(601.0).seconds_left, -1.0);
    assert_eq!(inspection(601.0).status, Status::Expired);
}

#[test]
fn debug_output_does_not_contain_the_token() {
    let token = claims(r#"{"ssn":"123-45","exp":1700000900}"#);
    let unverified = format!("{:?}", UnverifiedToken::parse(&token).unwrap());
    let verified = format!("{:?}", verify(&token).unwrap());
    for shown in [unverified, verified] {
        assert!(
            !shown.contains("123-45") && !shown.contains("HS256"),
            "{shown}"
        );
    }
}
