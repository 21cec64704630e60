mod dates;
mod form;
mod properties;

use jwt_compact::alg::{Hs256, Hs256Key, Hs384, Hs384Key, Hs512, Hs512Key};
use jwt_compact::{Algorithm as _, AlgorithmSignature as _};
use portcullis::error::{ClaimProblem, KeyProblem, Malformation, TokenError};
use portcullis::key::{Algorithm, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::legacy::{FlaskError, LegacyVerifier, VerifiedLegacyToken};
use portcullis::token::{MAX_LENGTH, Policy, Verifier};
use serde_json::{Value, json};

use crate::support::*;

/// Written by itsdangerous 2.0.1: secret `secret-key`, 600 seconds from
/// 1600000000 on, payload `{"id":1}`.
const HS512: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.iWFeoOg2VrMlFjE8FBkSLZ3j13XQfHnDB2dhPoVlu0rOmjk9pSYliocPSvbBPOtx66VEvQx6CSqhE8KfsHRqBg";
const HS384: &str = "eyJhbGciOiJIUzM4NCIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.TKRxrDZghx0v9TXdc5Q3qB1X3ZQddUw4QUGQr07FdpjLm2FCrUCIO9KztqjiJV64";
const HS256: &str = "eyJhbGciOiJIUzI1NiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.R5cUM-8JsQL5USi3Nfhm0_k2sC0SxOIfVpcc5adK5m0";
/// The same with the salt `login`.
const HS512_SALTED: &str = "eyJhbGciOiJIUzUxMiIsImlhdCI6MTYwMDAwMDAwMCwiZXhwIjoxNjAwMDAwNjAwfQ.eyJpZCI6MX0.eqzG2X5HQlE6a0ZM7qJVU9swCffRZfT3DkkrzsB8DiTzqdCTVd-GNKJCshY8bLO43HyaaNqo_e-zcIaCYnvsOw";
const ISSUED: i64 = 1_600_000_000;
const LAST: i64 = ISSUED + 600;
const KEY: &str = "secret-key";

fn legacy(algorithm: Algorithm) -> LegacyVerifier {
    LegacyVerifier::new(algorithm, &[KEY], None).unwrap()
}

fn salted(salt: &str) -> LegacyVerifier {
    LegacyVerifier::new(Algorithm::Hs512, &[KEY], Some(salt.as_bytes())).unwrap()
}

/// Signed with HS512, whatever the parts are.
fn sign_parts_512_with(secret: &[u8], header: &str, payload: &str) -> String {
    let input = format!("{header}.{payload}");
    let signature = Hs512.sign(&Hs512Key::new(secret), input.as_bytes());
    format!("{input}.{}", base64url(signature.as_bytes()))
}

fn sign_parts_512(header: &str, payload: &str) -> String {
    sign_parts_512_with(KEY.as_bytes(), header, payload)
}

fn sign_512(header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    sign_parts_512(&base64url(header), &base64url(payload))
}

/// Verifies at `ISSUED`, with HS512.
fn judge(token: &str) -> Result<VerifiedLegacyToken, TokenError> {
    legacy(Algorithm::Hs512).verify(token, at(ISSUED))
}

/// A token that is valid except for the header members besides `alg`.
fn with_header(members: &str) -> Result<VerifiedLegacyToken, TokenError> {
    judge(&sign_512(
        format!(r#"{{"alg":"HS512"{members}}}"#),
        r#"{"id":1}"#,
    ))
}

fn with_payload(payload: impl AsRef<[u8]>) -> Result<VerifiedLegacyToken, TokenError> {
    judge(&sign_512(
        format!(r#"{{"alg":"HS512","exp":{LAST}}}"#),
        payload,
    ))
}

#[test]
fn known_tokens_of_itsdangerous_are_verified() {
    for (algorithm, token) in [
        (Algorithm::Hs512, HS512),
        (Algorithm::Hs384, HS384),
        (Algorithm::Hs256, HS256),
    ] {
        let verified = legacy(algorithm).verify(token, at(ISSUED)).unwrap();
        assert_eq!(
            verified.header_json(),
            format!(r#"{{"alg":"{algorithm}","iat":1600000000,"exp":1600000600}}"#)
        );
        assert_eq!(verified.payload_json(), r#"{"id":1}"#);
        assert_eq!(verified.payload::<Value>().unwrap(), json!({"id": 1}));
        assert_eq!(verified.issued_at(), Some(at(ISSUED)));
        assert_eq!(verified.expires_at(), at(LAST));
    }
}

#[test]
fn a_salt_derives_the_key_as_itsdangerous_does() {
    assert!(salted("login").verify(HS512_SALTED, at(ISSUED)).is_ok());
    // The derived key, used as HMAC's own key.
    let derived: Vec<u8> = (0..40)
        .step_by(2)
        .map(|i| {
            let hex = "eee7b49f69b5f6e57ebec4fc0e06690db3336840";
            u8::from_str_radix(&hex[i..i + 2], 16).unwrap()
        })
        .collect();
    let unsalted = LegacyVerifier::new(Algorithm::Hs512, &[derived], None).unwrap();
    assert!(unsalted.verify(HS512_SALTED, at(ISSUED)).is_ok());
    for (verifier, token) in [
        (salted("login"), HS512),
        (salted("Login"), HS512_SALTED),
        (salted(""), HS512_SALTED),
        (legacy(Algorithm::Hs512), HS512_SALTED),
    ] {
        assert_eq!(
            code(verifier.verify(token, at(ISSUED))),
            "token_signature_invalid"
        );
    }
}

#[test]
fn an_empty_salt_differs_from_no_salt() {
    assert_eq!(
        code(salted("").verify(HS512, at(ISSUED))),
        "token_signature_invalid"
    );
    // SHA1("signer" || "secret-key")
    let key = [
        0xad, 0xf2, 0xda, 0xcd, 0xfa, 0x92, 0xfc, 0xee, 0x14, 0x41, 0x86, 0x14, 0x45, 0x96, 0xd5,
        0xcb, 0x22, 0xb1, 0xf8, 0x59,
    ];
    let parts: Vec<_> = HS512.split('.').collect();
    let token = sign_parts_512_with(&key, parts[0], parts[1]);
    assert!(salted("").verify(&token, at(ISSUED)).is_ok());
}

#[test]
fn every_secret_of_the_list_verifies_and_no_other_secret() {
    let list = |secrets: &[&str]| LegacyVerifier::new(Algorithm::Hs512, secrets, None).unwrap();
    for secrets in [
        &["older", KEY] as &[&str],
        &[KEY, "newer"],
        &["oldest", KEY, "newest"],
    ] {
        assert!(list(secrets).verify(HS512, at(ISSUED)).is_ok());
    }
    assert_eq!(
        code(list(&["older", "newer"]).verify(HS512, at(ISSUED))),
        "token_signature_invalid"
    );
}

#[test]
fn a_short_secret_verifies_and_an_empty_one_does_not() {
    let header = format!(r#"{{"alg":"HS256","exp":{LAST}}}"#);
    let input = format!("{}.{}", base64url(header), base64url("null"));
    let signature = Hs256.sign(&Hs256Key::new("k"), input.as_bytes());
    let token = format!("{input}.{}", base64url(signature.as_bytes()));
    let short = LegacyVerifier::new(Algorithm::Hs256, &["k"], None).unwrap();
    assert_eq!(
        short.verify(&token, at(ISSUED)).unwrap().payload_json(),
        "null"
    );

    let none: &[&str] = &[];
    for secrets in [none, &[""], &["", KEY], &[KEY, ""]] {
        for salt in [None, Some(b"login".as_slice())] {
            let refused = LegacyVerifier::new(Algorithm::Hs256, secrets, salt).unwrap_err();
            let expected = match secrets {
                [] => KeyProblem::Set,
                _ => KeyProblem::TooShort { least: 1 },
            };
            assert_eq!(refused, TokenError::KeyInvalid(expected));
        }
    }
}

#[test]
fn a_plain_verifier_never_accepts_such_a_token() {
    // This secret is long enough for both formats.
    let secret = [7; 64];
    let header = r#"{"alg":"HS512","iat":1600000000,"exp":1600000600}"#;
    let token = sign_parts_512_with(&secret, &base64url(header), &base64url(r#"{"id":1}"#));
    let legacy = LegacyVerifier::new(Algorithm::Hs512, &[secret], None).unwrap();
    assert!(legacy.verify(&token, at(ISSUED)).is_ok());
    let plain = |required: &[&str]| {
        let key = SecretKey::new(Algorithm::Hs512, &secret).unwrap();
        let policy = Policy {
            required_claims: required.iter().map(|&name| name.into()).collect(),
            ..Policy::default()
        };
        Verifier::with_key(key, policy).unwrap()
    };
    for required in [&["exp"] as &[&str], &[], &["id"]] {
        let refused = plain(required).verify(&token, at(ISSUED));
        assert_eq!(refused_claim(refused), "exp", "{required:?}");
    }
}

#[test]
fn an_expiry_in_the_payload_does_not_make_a_token_with_one_in_the_header_a_jwt() {
    let later = format!(r#"{{"id":1,"exp":{}}}"#, NOW + 900);
    let as_late = (NOW + 900).to_string();
    for exp in [as_late.as_str(), "1", "null", "\"x\""] {
        let token = sign(format!(r#"{{"alg":"HS256","exp":{exp}}}"#), &later);
        assert_eq!(refused_claim(verify(&token)), "exp", "{exp}");
    }
}

#[test]
fn a_jwt_with_its_dates_in_the_claims_is_never_accepted_here() {
    for header in [
        r#"{"alg":"HS512"}"#,
        r#"{"alg":"HS512","typ":"JWT","iat":1}"#,
    ] {
        let jwt = sign_512(header, format!(r#"{{"id":1,"iat":{ISSUED},"exp":{LAST}}}"#));
        assert_eq!(refused_claim(judge(&jwt)), "exp");
    }
}

#[test]
fn debug_output_contains_no_secret_and_no_error_contains_the_token() {
    let secret = "AAAAAAAAAAAAAAAA";
    let verifier = LegacyVerifier::new(Algorithm::Hs512, &[secret], Some(b"BBBB")).unwrap();
    let shown = format!("{verifier:?}");
    assert!(shown.contains("Hs512"));
    for part in [secret, "BBBB", "65, 65", "66, 66"] {
        assert!(!shown.contains(part), "{shown}");
    }
    let refused = with_header(r#","exp":"do-not-repeat-me""#).unwrap_err();
    assert!(!format!("{refused} {refused:?}").contains("do-not-repeat-me"));
}
