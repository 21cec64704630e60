use core::time::Duration;

use portcullis::account::{
    AccessGrant, AccessKeys, AccessOptions, AccessTokenError, AccessTokenType, AccessTokens,
    IssuedToken, SessionId, TokenFacts, TokenSession, UserId, Username, VerifiedAccess,
};
use portcullis::error::TokenError;
use portcullis::key::Algorithm;
use portcullis::token::UnverifiedToken;

use crate::support::*;

const HOUR: Duration = Duration::from_secs(3600);
const ISSUER: &str = "https://login.test";

fn options(audience: Option<&str>) -> AccessOptions<'_> {
    AccessOptions {
        issuer: ISSUER,
        audience,
        lifetime: HOUR,
        token_type: AccessTokenType::Jwt,
        valid_from: None,
    }
}

fn tokens_with(options: AccessOptions<'_>) -> AccessTokens {
    let keys = AccessKeys::from_secret(Algorithm::Hs256, &SECRET).unwrap();
    AccessTokens::new(keys, options).unwrap()
}

fn tokens(audience: Option<&str>) -> AccessTokens {
    tokens_with(options(audience))
}

/// A token for alice, number 7, under version 3, in a session that lasts until
/// `not_after`.
fn issue_until(tokens: &AccessTokens, not_after: i64) -> Result<IssuedToken, TokenError> {
    let grant = AccessGrant {
        id: UserId::new(7).unwrap(),
        username: &Username::new("alice").unwrap(),
        session: &session(),
        began: NOW - 100,
        version: 3,
        not_after,
    };
    tokens.issue(&grant, at(NOW), [0; 16])
}

fn issue(tokens: &AccessTokens) -> IssuedToken {
    issue_until(tokens, NOW + 1_000_000).unwrap()
}

/// Verifies with settings under which only the token itself can be wrong.
fn verify_at(tokens: &AccessTokens, token: &str, now: i64) -> Result<VerifiedAccess, TokenError> {
    tokens
        .verify(token, at(now))
        .map_err(|refusal| match refusal {
            AccessTokenError::Token(error) => error,
            other => panic!("{other:?}"),
        })
}

fn session() -> SessionId {
    SessionId::new([1; 16])
}

#[test]
fn a_token_names_its_user_and_its_lifetime() {
    let issued = issue(&tokens(Some("api")));
    assert_eq!((issued.expires_in, issued.expires_at), (3600, NOW + 3600));
    let token = UnverifiedToken::parse(&issued.token).unwrap();
    assert_eq!(
        token.json().claims(),
        r#"{"sub":"7","id":7,"username":"alice","sid":"AQEBAQEBAQEBAQEBAQEBAQ","auth_time":1699999900,"ver":3,"exp":1700003600,"iss":"https://login.test","aud":"api","iat":1700000000,"jti":"AAAAAAAAAAAAAAAAAAAAAA"}"#
    );
}

#[test]
fn a_token_is_read_back_until_it_expires() {
    let tokens = tokens(None);
    let issued = issue(&tokens);
    let claims = tokens.verify(&issued.token, at(NOW + 3599)).unwrap();
    assert_eq!(claims.id(), UserId::new(7).unwrap());
    assert_eq!(claims.username().as_str(), "alice");
    assert_eq!(claims.session(), Some(&session()));
    assert_eq!(claims.version(), Some(3));
    assert_eq!(claims.began(), Some(1_699_999_900.0));
    assert_eq!(claims.issued_at(), Some(1_700_000_000.0));
    assert_eq!(claims.expires_at(), NOW + 3600);
    assert_eq!(
        verify_at(&tokens, &issued.token, NOW + 3600),
        Err(TokenError::Expired {
            expired_at: at(NOW + 3600)
        })
    );
}

#[test]
fn issuer_audience_and_both_numbers_must_match() {
    let tokens = tokens(Some("api"));
    let check = |payload: &str| verify_at(&tokens, &claims(payload), NOW);
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
fn a_token_with_an_audience_is_refused_if_none_is_configured() {
    let issued = issue(&tokens(Some("api")));
    let result = verify_at(&tokens(None), &issued.token, NOW);
    assert_eq!(refused_claim(result), "aud");
}

#[test]
fn the_facts_of_a_token_are_its_user_its_session_and_its_dates() {
    let tokens = tokens(None);
    let issued = issue(&tokens);
    let facts = tokens.verify(&issued.token, at(NOW)).unwrap().facts();
    let expected = TokenFacts {
        id: UserId::new(7).unwrap(),
        session: Some(TokenSession {
            id: session(),
            version: 3,
        }),
        issued_at: Some(1_700_000_000.0),
        expires_at: NOW + 3600,
    };
    assert_eq!(facts, expected);
}

#[test]
fn a_token_is_overdue_only_if_nothing_else_is_wrong() {
    let expired = |more: &str| {
        let payload = format!(r#"{{"sub":"7","iss":"{ISSUER}","exp":1,{more}}}"#);
        verify_at(&tokens(None), &claims(&payload), NOW)
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
fn a_short_secret_creates_no_tokens() {
    let result = AccessKeys::from_secret(Algorithm::Hs512, &[1; 63]);
    assert_eq!(code(result), "key_invalid");
}

#[test]
fn a_token_ends_with_its_session_and_says_so() {
    let tokens = tokens(None);
    let issued = issue_until(&tokens, NOW + 10).unwrap();
    assert_eq!((issued.expires_in, issued.expires_at), (10, NOW + 10));
    let verified = verify_at(&tokens, &issued.token, NOW + 9).unwrap();
    assert_eq!(verified.expires_at(), NOW + 10);
    let over = verify_at(&tokens, &issued.token, NOW + 10);
    assert_eq!(code(over), "token_expired");
    let longer = issue_until(&tokens, NOW + 3601).unwrap();
    assert_eq!((longer.expires_in, longer.expires_at), (3600, NOW + 3600));
}

#[test]
fn no_token_is_issued_in_an_expired_session() {
    for not_after in [NOW, NOW - 1, 0] {
        let refused = issue_until(&tokens(None), not_after);
        assert_eq!(code(refused), "token_expired");
    }
    assert!(issue_until(&tokens(None), NOW + 1).is_ok());
}

#[test]
fn a_token_of_another_issuer_may_have_no_version_and_no_session() {
    let payload = format!(
        r#"{{"sub":"7","id":7,"username":"alice","iss":"{ISSUER}","iat":1700000000,"exp":1700000900}}"#
    );
    let verified = verify_at(&tokens(None), &claims(&payload), NOW).unwrap();
    assert_eq!((verified.version(), verified.session()), (None, None));
    assert_eq!(verified.began(), Some(1_700_000_000.0));
    for ver in ["-1", "1.5", "\"1\""] {
        let payload = payload.replace("{", &format!(r#"{{"ver":{ver},"#));
        assert!(verify_at(&tokens(None), &claims(&payload), NOW).is_err());
    }
}

#[test]
fn only_our_own_type_of_token_is_accepted() {
    let of_type = |token_type| {
        tokens_with(AccessOptions {
            token_type,
            ..options(Some("api"))
        })
    };
    let payload = format!(
        r#"{{"sub":"7","id":7,"username":"alice","iss":"{ISSUER}","aud":"api","exp":1700000900}}"#
    );
    for (token_type, own, others) in [
        (
            AccessTokenType::Jwt,
            &["JWT", "jwt", "application/jwt"][..],
            &["at+jwt", "operator+jwt", "JWS", "application/", ""][..],
        ),
        (
            AccessTokenType::AtJwt,
            &[
                "at+jwt",
                "AT+JWT",
                "application/at+jwt",
                "Application/At+Jwt",
            ],
            &[
                "JWT",
                "operator+jwt",
                "at+jwt2",
                "application/application/at+jwt",
            ],
        ),
    ] {
        let tokens = of_type(token_type);
        let verify = |header: String| verify_at(&tokens, &sign(header, &payload), NOW);
        for name in own {
            let header = format!(r#"{{"alg":"HS256","typ":"{name}"}}"#);
            assert!(verify(header).is_ok(), "{name}");
        }
        for name in others {
            let header = format!(r#"{{"alg":"HS256","typ":"{name}"}}"#);
            assert_eq!(refused_claim(verify(header)), "typ", "{name}");
        }
        assert_eq!(refused_claim(verify(r#"{"alg":"HS256"}"#.into())), "typ");
        assert!(verify_at(&tokens, &issue(&tokens).token, NOW).is_ok());
    }
    let [jwt, at_jwt] = [AccessTokenType::Jwt, AccessTokenType::AtJwt].map(of_type);
    let refused = verify_at(&jwt, &issue(&at_jwt).token, NOW);
    assert_eq!(refused_claim(refused), "typ");
    let refused = verify_at(&at_jwt, &issue(&jwt).token, NOW);
    assert_eq!(refused_claim(refused), "typ");
}

#[test]
fn a_token_of_the_type_at_jwt_names_its_client() {
    let tokens = tokens_with(AccessOptions {
        token_type: AccessTokenType::AtJwt,
        ..options(Some("api"))
    });
    let issued = issue(&tokens);
    let token = UnverifiedToken::parse(&issued.token).unwrap();
    assert_eq!(token.json().header(), r#"{"alg":"HS256","typ":"at+jwt"}"#);
    assert!(
        token
            .json()
            .claims()
            .contains(r#""client_id":"portcullis""#)
    );
}

#[test]
fn a_token_whose_login_was_before_sessions_valid_from_is_refused_whatever_its_iat() {
    let valid_from = |seconds| {
        tokens_with(AccessOptions {
            valid_from: Some(seconds),
            ..options(None)
        })
    };
    // Issued at NOW, in a session that began 100 seconds earlier.
    let token = issue(&tokens(None)).token;
    assert!(verify_at(&valid_from(NOW - 100), &token, NOW).is_ok());
    let refused = valid_from(NOW - 99).verify(&token, at(NOW)).unwrap_err();
    assert_eq!(refused, AccessTokenError::SessionsValidFrom);
    assert_eq!(refused.code(), "sessions_valid_from");
    // The error is not only that the token is overdue.
    let later = valid_from(NOW - 99).verify(&token, at(NOW + 3600));
    assert_eq!(later, Err(AccessTokenError::SessionsValidFrom));
    // Without `auth_time`, `iat` counts. Without both, the token names no date of issue.
    let payload = |more: &str| {
        format!(
            r#"{{"sub":"7","id":7,"username":"alice","iss":"{ISSUER}","exp":1700000900{more}}}"#
        )
    };
    let verify = |more: &str, from| valid_from(from).verify(&claims(&payload(more)), at(NOW));
    let iat = r#","iat":1699999900.5"#;
    assert!(verify(iat, NOW - 100).is_ok());
    for refused in [verify(iat, NOW - 99), verify("", 0)] {
        assert_eq!(refused, Err(AccessTokenError::SessionsValidFrom));
    }
    // A forged token is reported as forged.
    let forged = sign_with(&[8; 32], HEADER, &payload(""));
    let refused = valid_from(NOW).verify(&forged, at(NOW)).unwrap_err();
    assert_eq!(refused.code(), "token_signature_invalid");
}
