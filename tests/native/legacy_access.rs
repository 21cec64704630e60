use portcullis::account::{
    AccessTokenError, LegacyAccess, TokenFacts, UserId, VerifiedLegacyAccess,
};
use portcullis::error::TokenError;
use portcullis::key::Algorithm;
use portcullis::token::legacy::LegacyVerifier;

use crate::support::*;

/// Written by itsdangerous 2.0.1: secret `secret-key`, 600 seconds from
/// 1600000000 on, payload `{"id":1}`.
const HS512: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";
const HS256: &str = "eyJhbGciOiJIUzI1NiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.R5cUM-8JsQL5USi3Nfhm0_k2sC0SxOIfVpcc5adK5m0";
/// The same with the salt `login`.
const SALTED: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.eqzG2X5HQlE6a0ZM7qJVU9swCffRZfT3DkkrzsB8DiTzqdCTVd-GNKJCshY8bLO43HyaaNqo_e-zcIaCYnvsOw";
const ISSUED: i64 = 1_600_000_000;
const LAST: i64 = ISSUED + 600;

fn access(algorithm: Algorithm, salt: Option<&[u8]>, until: i64) -> LegacyAccess {
    let verifier = LegacyVerifier::new(algorithm, &["secret-key"], salt).unwrap();
    LegacyAccess::new(verifier, at(until))
}

/// Verifies with settings under which only the token itself can be wrong.
fn verify_at(
    access: &LegacyAccess,
    token: &str,
    now: i64,
) -> Result<VerifiedLegacyAccess, TokenError> {
    access
        .verify(token, at(now))
        .map_err(|refusal| match refusal {
            AccessTokenError::Token(error) => error,
            other => panic!("{other:?}"),
        })
}

/// The result for a token with this payload that is otherwise valid.
fn with_payload(payload: &str, now: i64) -> Result<VerifiedLegacyAccess, TokenError> {
    let header = format!(r#"{{"alg":"HS256","iat":{ISSUED},"exp":{LAST}}}"#);
    let token = sign_with(b"secret-key", &header, payload);
    verify_at(&access(Algorithm::Hs256, None, NOW), &token, now)
}

#[test]
fn known_tokens_of_itsdangerous_name_their_user() {
    for (algorithm, salt, token) in [
        (Algorithm::Hs512, None, HS512),
        (Algorithm::Hs256, None, HS256),
        (Algorithm::Hs512, Some(&b"login"[..]), SALTED),
    ] {
        let verified = access(algorithm, salt, NOW)
            .verify(token, at(LAST))
            .unwrap();
        assert_eq!(verified.id(), UserId::new(1).unwrap());
        assert_eq!(verified.issued_at(), Some(1_600_000_000.0));
        assert_eq!(verified.expires_at(), at(LAST));
        let expired = verify_at(&access(algorithm, salt, NOW), token, LAST + 1);
        let expired_at = at(LAST);
        assert_eq!(expired, Err(TokenError::Expired { expired_at }));
    }
}

#[test]
fn from_the_configured_date_on_every_such_token_is_refused() {
    let until = |until| verify_at(&access(Algorithm::Hs512, None, until), HS512, ISSUED);
    assert!(until(ISSUED + 1).is_ok());
    for date in [ISSUED, ISSUED - 1, 0] {
        assert_eq!(code(until(date)), "token_algorithm_not_allowed");
    }
}

#[test]
fn from_the_configured_date_on_no_detail_of_a_token_is_reported() {
    let over = access(Algorithm::Hs512, None, ISSUED);
    for token in [HS512, HS256, SALTED, "", "x"] {
        for now in [ISSUED, LAST + 1] {
            let refused = verify_at(&over, token, now);
            assert_eq!(code(refused), "token_algorithm_not_allowed");
        }
    }
}

#[test]
fn a_payload_without_a_usable_id_names_no_user() {
    let read = |payload| with_payload(payload, ISSUED).map(|access| access.id());
    assert_eq!(read(r#"{"id":0,"more":[1]}"#), Ok(UserId::new(0).unwrap()));
    assert_eq!(read(r#"{"id":9007199254740991}"#), Ok(UserId::MAX));
    for payload in [
        "null",
        "1",
        r#""1""#,
        "[]",
        "[1]",
        "{}",
        r#"{"ID":1}"#,
        r#"{"id":null}"#,
        r#"{"id":"1"}"#,
        r#"{"id":-1}"#,
        r#"{"id":1.0}"#,
        r#"{"id":1.5}"#,
        r#"{"id":true}"#,
        r#"{"id":[1]}"#,
        r#"{"id":9007199254740992}"#,
    ] {
        assert_eq!(refused_claim(read(payload)), "id", "{payload}");
    }
    assert_eq!(code(read(r#"{"id":1,"id":2}"#)), "token_malformed");
}

#[test]
fn a_token_is_overdue_only_if_nothing_else_is_wrong() {
    let read = |payload| with_payload(payload, LAST + 1);
    assert_eq!(code(read(r#"{"id":1}"#)), "token_expired");
    assert_eq!(refused_claim(read("[1]")), "id");
    let other = verify_at(&access(Algorithm::Hs512, None, NOW), SALTED, LAST + 1);
    assert_eq!(code(other), "token_signature_invalid");
}

#[test]
fn our_own_token_is_not_accepted_as_one_of_the_original() {
    let secret = str::from_utf8(&SECRET).unwrap();
    let verifier = LegacyVerifier::new(Algorithm::Hs256, &[secret], None).unwrap();
    let access = LegacyAccess::new(verifier, at(NOW + 1));
    let token = claims(r#"{"id":1,"sub":"1","exp":1800000000}"#);
    assert_eq!(refused_claim(verify_at(&access, &token, NOW)), "exp");
}

#[test]
fn the_facts_of_a_token_are_its_user_and_its_dates() {
    let facts = with_payload(r#"{"id":7}"#, ISSUED).unwrap().facts();
    let expected = TokenFacts {
        id: UserId::new(7).unwrap(),
        session: None,
        issued_at: Some(1_600_000_000.0),
        expires_at: LAST,
    };
    assert_eq!(facts, expected);
}

#[test]
fn a_token_without_a_date_of_issue_has_none_in_its_facts() {
    let header = format!(r#"{{"alg":"HS256","exp":{LAST}}}"#);
    let token = sign_with(b"secret-key", &header, r#"{"id":7}"#);
    let access = access(Algorithm::Hs256, None, NOW);
    let verified = access.verify(&token, at(ISSUED)).unwrap();
    assert_eq!(verified.facts().issued_at, None);
}

#[test]
fn a_token_that_was_issued_before_the_sessions_valid_from_is_refused() {
    let valid_from = |seconds| access(Algorithm::Hs512, None, NOW).with_valid_from(Some(seconds));
    assert!(verify_at(&valid_from(ISSUED), HS512, ISSUED).is_ok());
    for now in [ISSUED, LAST + 1] {
        let refused = valid_from(ISSUED + 1).verify(HS512, at(now)).unwrap_err();
        assert_eq!(refused, AccessTokenError::SessionsValidFrom);
    }
    let forged = valid_from(ISSUED + 1)
        .verify(SALTED, at(ISSUED))
        .unwrap_err();
    assert_eq!(forged.code(), "token_signature_invalid");
    // A token without a date of issue may be older.
    let undated = sign_with(
        b"secret-key",
        &format!(r#"{{"alg":"HS256","exp":{LAST}}}"#),
        r#"{"id":7}"#,
    );
    let access = access(Algorithm::Hs256, None, NOW).with_valid_from(Some(0));
    let refused = access.verify(&undated, at(ISSUED)).unwrap_err();
    assert_eq!(refused.code(), "sessions_valid_from");
}
