//! Operators' signed requests: each claim wrong by itself, and every key that must
//! not be trusted.

mod keys;

use ed25519_dalek::Signer as _;
use portcullis::account::{
    OperatorError, OperatorKeys, OperatorRequest, OperatorSigner, VerifiedOperator,
};
use portcullis::error::TokenError;
use portcullis::key::{Algorithm, SecretJwk, SecretKey};
use portcullis::token::{SignOptions, Signer, UnverifiedToken};
use serde_json::{Value, json};

use crate::support::*;

const URL: &str = "https://login.test/admin/users/~YWxpY2U";
const BODY: &[u8] = br#"{"disabled":true}"#;
const REQUEST: OperatorRequest = OperatorRequest {
    method: "PATCH",
    url: URL,
    body: BODY,
};
/// `printf '{"disabled":true}' | openssl sha256 -binary | basenc --base64url`
const BODY_SHA256: &str = "ZpCLV7WzU7rMHV6xcWvMTJxb-xQcYiGAu_xR0v7GjzU";
/// The same for empty input.
const NOTHING_SHA256: &str = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";

fn private(algorithm: Algorithm, byte: u8, id: &str) -> Value {
    let jwk = SecretJwk::generate(algorithm, &[byte; 64]).unwrap();
    let mut json: Value = serde_json::from_str(&jwk.to_json()).unwrap();
    json["kid"] = id.into();
    json
}

fn public(private: &Value) -> Value {
    let jwk = SecretJwk::from_json(&private.to_string()).unwrap();
    serde_json::from_str(&jwk.public().unwrap().to_json()).unwrap()
}

fn anna() -> Value {
    private(Algorithm::EdDsa, 1, "anna")
}

fn ben() -> Value {
    private(Algorithm::Es256, 2, "ben")
}

fn set(keys: &[Value]) -> Result<OperatorKeys, TokenError> {
    OperatorKeys::from_jwk_set(&json!({ "keys": keys }).to_string())
}

fn keys() -> OperatorKeys {
    set(&[public(&anna()), public(&ben())]).unwrap()
}

/// The claims of Anna's valid request.
fn right() -> Value {
    json!({
        "aud": "https://login.test", "iat": NOW, "exp": NOW + 60, "jti": "a-_0",
        "htm": "PATCH", "htu": URL, "body_sha256": BODY_SHA256,
    })
}

/// Signs claims with the library's signer for any kind of token.
fn signed_as(key: &Value, token_type: &str, claims: &Value) -> String {
    let jwk = SecretJwk::from_json(&key.to_string()).unwrap();
    let options = SignOptions {
        token_type: Some(token_type.into()),
        ..SignOptions::default()
    };
    let signer = Signer::new(SecretKey::from_jwk(&jwk).unwrap(), options).unwrap();
    signer
        .sign_json(&claims.to_string(), at(NOW), [0; 16])
        .unwrap()
}

fn verify_at(token: &str, now: i64) -> Result<VerifiedOperator, OperatorError> {
    keys().verify(token, &REQUEST, at(now))
}

/// The error of Anna's request after its claims were changed.
fn refusal(change: impl FnOnce(&mut Value)) -> Option<OperatorError> {
    let mut claims = right();
    change(&mut claims);
    verify_at(&signed_as(&anna(), "operator+jwt", &claims), NOW).err()
}

#[test]
fn a_request_that_its_operator_signed_is_verified() {
    for key in [anna(), ben()] {
        let signer = OperatorSigner::from_jwk(&key.to_string()).unwrap();
        let token = signer.sign(&REQUEST, at(NOW), [9; 16]).unwrap();
        let operator = verify_at(&token, NOW + 59).unwrap();
        assert_eq!(operator.key_id(), signer.key_id());
        assert_eq!(operator.key_id().as_str(), key["kid"].as_str().unwrap());
        assert_eq!(operator.jti(), base64url([9; 16]));
        assert_eq!(operator.expires_at(), NOW + 60);
        assert_eq!(verify_at(&token, NOW + 60), Err(OperatorError::Expired));
    }
}

#[test]
fn a_signed_request_has_the_contracts_claims() {
    let signer = OperatorSigner::from_jwk(&anna().to_string()).unwrap();
    let token = signer.sign(&REQUEST, at(NOW), [0; 16]).unwrap();
    let token = UnverifiedToken::parse(&token).unwrap();
    assert_eq!(
        token.json().header(),
        r#"{"alg":"EdDSA","typ":"operator+jwt","kid":"anna"}"#
    );
    let mut claims = right();
    claims["jti"] = base64url([0; 16]).into();
    let has: Value = serde_json::from_str(token.json().claims()).unwrap();
    assert_eq!(has, claims);
}

#[test]
fn a_request_without_a_body_signs_the_hash_of_empty_input() {
    let request = OperatorRequest {
        method: "DELETE",
        body: b"",
        ..REQUEST
    };
    let claims = |sha256: &str| {
        let mut claims = right();
        claims["htm"] = "DELETE".into();
        claims["body_sha256"] = sha256.into();
        signed_as(&anna(), "operator+jwt", &claims)
    };
    let verify = |sha256| keys().verify(&claims(sha256), &request, at(NOW)).err();
    assert_eq!(verify(NOTHING_SHA256), None);
    for wrong in ["", BODY_SHA256] {
        assert_eq!(verify(wrong), Some(OperatorError::Body));
    }
}

#[test]
fn a_request_is_refused_if_one_claim_is_wrong() {
    assert_eq!(refusal(|_| ()), None);
    let long = "a".repeat(65);
    let padded = format!("{BODY_SHA256}=");
    for (claim, values, expected) in [
        (
            "aud",
            vec![
                json!("https://other.test"),
                json!("http://login.test"),
                json!("https://login.test:8443"),
                json!("https://login.test/"),
                json!("https://LOGIN.test"),
            ],
            OperatorError::Audience,
        ),
        (
            "htm",
            vec![json!("DELETE"), json!("patch"), json!("")],
            OperatorError::Method,
        ),
        (
            "htu",
            vec![
                json!("https://login.test/admin/users/~Ym9i"),
                json!("https://login.test/admin/users/~YWxpY2U/"),
                json!("https://login.test/admin/users/~YWxpY2U?x=1"),
                json!("/admin/users/~YWxpY2U"),
                json!(""),
            ],
            OperatorError::Url,
        ),
        (
            "body_sha256",
            vec![json!(NOTHING_SHA256), json!(padded), json!("")],
            OperatorError::Body,
        ),
        (
            "jti",
            vec![
                json!(""),
                json!(long),
                json!("a+b"),
                json!("a b"),
                json!("é"),
            ],
            OperatorError::TokenId,
        ),
        (
            "exp",
            vec![
                json!(NOW + 61),
                json!(NOW as f64 + 60.5),
                json!(NOW),
                json!(NOW - 1),
                json!(8_640_000_000_000_i64),
            ],
            OperatorError::Lifetime,
        ),
    ] {
        for value in values {
            let refused = refusal(|claims| claims[claim] = value.clone());
            assert_eq!(refused.as_ref(), Some(&expected), "{claim} {value}");
        }
    }
}

#[test]
fn a_jti_has_up_to_64_characters() {
    let longest = "_".repeat(64);
    assert_eq!(refusal(|claims| claims["jti"] = longest.into()), None);
}

/// Signs any claims with Anna's key, by another implementation of Ed25519.
fn signed_by_dalek(claims: &Value) -> String {
    let header = base64url(r#"{"alg":"EdDSA","typ":"operator+jwt","kid":"anna"}"#);
    let input = format!("{header}.{}", base64url(claims.to_string()));
    let key = ed25519_dalek::SigningKey::from_bytes(&[1; 32]);
    let signature = key.sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", base64url(signature))
}

#[test]
fn a_request_is_refused_if_a_claim_is_missing_or_has_another_type() {
    assert!(verify_at(&signed_by_dalek(&right()), NOW).is_ok());
    for claim in ["aud", "iat", "exp", "jti", "htm", "htu", "body_sha256"] {
        let refused = |change: &dyn Fn(&mut Value)| {
            let mut claims = right();
            change(&mut claims);
            verify_at(&signed_by_dalek(&claims), NOW)
                .unwrap_err()
                .code()
        };
        let missing = refused(&|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        let malformed = ["token_claim_invalid", "operator_claims_invalid"];
        assert!(malformed.contains(&missing), "{claim}: {missing}");
        for value in [json!(null), json!(["x"]), json!({}), json!(true)] {
            let code = refused(&|claims| claims[claim] = value.clone());
            assert!(malformed.contains(&code), "{claim} {value}: {code}");
        }
    }
}

#[test]
fn an_audience_is_one_origin_and_not_a_list() {
    for list in [
        json!(["https://login.test"]),
        json!(["https://login.test", "https://other.test"]),
    ] {
        let refused = refusal(|claims| claims["aud"] = list);
        assert_eq!(refused, Some(OperatorError::Claims));
    }
}

#[test]
fn a_signers_clock_may_be_a_minute_ahead() {
    let ahead = |seconds: i64| {
        refusal(|claims| {
            claims["iat"] = (NOW + seconds).into();
            claims["exp"] = (NOW + seconds + 60).into();
        })
    };
    assert_eq!(ahead(60), None);
    assert!(ahead(61).is_some());
    assert!(ahead(3600).is_some());
}

#[test]
fn dates_may_have_a_fraction_and_the_jti_is_kept_until_the_expiry() {
    let mut claims = right();
    claims["iat"] = json!(NOW as f64 + 0.5);
    claims["exp"] = json!(NOW as f64 + 60.5);
    let token = signed_as(&anna(), "operator+jwt", &claims);
    assert_eq!(verify_at(&token, NOW + 60).unwrap().expires_at(), NOW + 61);
    assert_eq!(verify_at(&token, NOW + 61), Err(OperatorError::Expired));
}

#[test]
fn the_same_request_verifies_twice_so_the_caller_must_remember_its_jti() {
    let token = signed_as(&anna(), "operator+jwt", &right());
    assert_eq!(verify_at(&token, NOW), verify_at(&token, NOW + 1));
    assert_eq!(OperatorError::Replayed.code(), "operator_replayed");
}

#[test]
fn a_query_is_not_signed_and_a_url_is_compared_in_its_normalized_form() {
    let signer = OperatorSigner::from_jwk(&anna().to_string()).unwrap();
    let passes = |signed: &'static str, sent: &'static str| {
        let request = |url| OperatorRequest {
            method: "GET",
            url,
            body: b"",
        };
        let token = signer.sign(&request(signed), at(NOW), [0; 16]).unwrap();
        keys().verify(&token, &request(sent), at(NOW)).is_ok()
    };
    for (signed, sent) in [
        ("https://a.test/x?limit=1#y", "https://a.test/x?limit=2"),
        ("HTTPS://A.test:443/x", "https://a.test/x"),
        ("http://localhost:80", "http://localhost/"),
        ("http://127.0.0.1:8787/x", "http://127.0.0.1:8787/x"),
        ("http://[::1]:8787/x", "http://[::1]:8787/x"),
    ] {
        assert!(passes(signed, sent), "{signed} {sent}");
    }
    for (signed, sent) in [
        ("https://a.test/x", "http://a.test/x"),
        ("https://a.test:80/x", "https://a.test/x"),
        ("https://a.test/x", "https://a.test/X"),
        ("https://a.test/x", "https://a.test/x/"),
        ("https://a.test/a%2Fb", "https://a.test/a/b"),
        ("https://a.test/x", "https://user@a.test/x"),
    ] {
        assert!(!passes(signed, sent), "{signed} {sent}");
    }
    for url in [
        "",
        "/x",
        "https:///x",
        "https://:443/x",
        "ftp://a.test/x",
        "https://user:password@a.test/x",
        "https://a.test\\x",
        "https://a.test/x y",
        "https://ä.test/x",
    ] {
        let request = OperatorRequest { url, ..REQUEST };
        let signed = signer.sign(&request, at(NOW), [0; 16]);
        assert_eq!(refused_claim(signed), "htu", "{url}");
        let token = signed_as(&anna(), "operator+jwt", &right());
        let refused = keys().verify(&token, &request, at(NOW)).unwrap_err();
        assert_eq!(refused, OperatorError::UrlNotUsable, "{url}");
    }
}
