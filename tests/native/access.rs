use core::time::Duration;

use portcullis::account::{AccessKeys, AccessTokens, SessionId, UserId, UserRecord, Username};
use portcullis::error::TokenError;
use portcullis::key::Algorithm;
use portcullis::token::UnverifiedToken;

use crate::support::*;

const HOUR: Duration = Duration::from_secs(3600);
const ISSUER: &str = "https://login.test";

fn tokens(audience: Option<&str>) -> AccessTokens {
    let keys = AccessKeys::from_secret(Algorithm::Hs256, &SECRET).unwrap();
    AccessTokens::new(keys, ISSUER, audience, HOUR).unwrap()
}

fn session() -> SessionId {
    SessionId::new([1; 16])
}

fn user(id: u64) -> UserRecord {
    let username = Username::new("alice").unwrap();
    UserRecord::new(
        UserId::new(id).unwrap(),
        &username,
        "$x".into(),
        "+44".into(),
    )
}

#[test]
fn a_token_says_who_it_is_for_and_until_when() {
    let issued = tokens(Some("api"))
        .issue(&user(7), &session(), NOW, at(NOW), [0; 16])
        .unwrap();
    assert_eq!((issued.expires_in, issued.expires_at), (3600, NOW + 3600));
    let token = UnverifiedToken::parse(&issued.token).unwrap();
    assert_eq!(
        token.json().claims(),
        r#"{"sub":"7","id":7,"username":"alice","sid":"AQEBAQEBAQEBAQEBAQEBAQ","auth_time":1700000000,"iss":"https://login.test","aud":"api","iat":1700000000,"exp":1700003600,"jti":"AAAAAAAAAAAAAAAAAAAAAA"}"#
    );
}

#[test]
fn a_token_is_read_back_until_it_is_over() {
    let tokens = tokens(None);
    let issued = tokens
        .issue(&user(7), &session(), NOW, at(NOW), [0; 16])
        .unwrap();
    let claims = tokens.verify(&issued.token, at(NOW + 3599)).unwrap();
    assert_eq!(claims.id(), UserId::new(7).unwrap());
    assert_eq!(claims.username().as_str(), "alice");
    assert_eq!(
        tokens.verify(&issued.token, at(NOW + 3600)),
        Err(TokenError::Expired {
            expired_at: at(NOW + 3600)
        })
    );
}

#[test]
fn issuer_audience_and_the_two_numbers_must_agree() {
    let tokens = tokens(Some("api"));
    let check = |payload: &str| tokens.verify(&claims(payload), at(NOW));
    let payload = |sub: &str, id: &str, iss: &str, aud: &str| {
        format!(
            r#"{{"sub":{sub},"id":{id},"username":"alice","iss":"{iss}","aud":"{aud}","exp":1700000900}}"#
        )
    };
    assert!(check(&payload("\"7\"", "7", ISSUER, "api")).is_ok());
    for (claim, payload) in [
        ("iss", payload("\"7\"", "7", "https://other.test", "api")),
        ("aud", payload("\"7\"", "7", ISSUER, "web")),
        ("id", payload("\"7\"", "8", ISSUER, "api")),
        ("id", payload("\"07\"", "7", ISSUER, "api")),
        ("id", payload("\"7\"", "\"7\"", ISSUER, "api")),
        ("id", payload("\"7\"", "7.5", ISSUER, "api")),
        ("sub", payload("7", "7", ISSUER, "api")),
        (
            "sub",
            payload("\"7\"", "7", ISSUER, "api").replace("sub", "bus"),
        ),
    ] {
        assert_eq!(refused_claim(check(&payload)), claim, "{payload}");
    }
}

#[test]
fn a_token_for_an_audience_is_refused_where_there_is_none() {
    let issued = tokens(Some("api"))
        .issue(&user(7), &session(), NOW, at(NOW), [0; 16])
        .unwrap();
    let result = tokens(None).verify(&issued.token, at(NOW));
    assert_eq!(refused_claim(result), "aud");
}

#[test]
fn the_facts_of_a_token_are_its_user_its_session_and_its_dates() {
    let tokens = tokens(None);
    let issued = tokens
        .issue(&user(7), &session(), NOW, at(NOW), [0; 16])
        .unwrap();
    let facts = tokens.verify(&issued.token, at(NOW)).unwrap().facts();
    assert_eq!(facts.id, UserId::new(7).unwrap());
    assert_eq!(facts.session.unwrap().id, session());
    assert_eq!(facts.issued_at, Some(1_700_000_000.0));
    assert_eq!(facts.expires_at, NOW + 3600);
}

#[test]
fn a_token_is_overdue_only_if_nothing_else_is_wrong() {
    let expired = |more: &str| {
        let payload = format!(r#"{{"sub":"7","iss":"{ISSUER}","exp":1,{more}}}"#);
        tokens(None).verify(&claims(&payload), at(NOW))
    };
    assert_eq!(
        code(expired(r#""id":7,"username":"alice""#)),
        "token_expired"
    );
    for (claim, more) in [
        ("id", r#""id":8,"username":"alice""#),
        ("id", r#""username":"alice""#),
        ("aud", r#""id":7,"username":"alice","aud":"web""#),
        ("username", r#""id":7"#),
        ("username", r#""id":7,"username":"""#),
    ] {
        assert_eq!(refused_claim(expired(more)), claim, "{more}");
    }
}

#[test]
fn a_short_secret_makes_no_tokens() {
    let result = AccessKeys::from_secret(Algorithm::Hs512, &[1; 63]);
    assert_eq!(code(result), "key_invalid");
}
