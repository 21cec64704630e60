//! Any bytes as the header of a token that is otherwise valid.

use std::cell::LazyCell;

use portcullis::key::{Algorithm, KeySet, SecretKey};
use portcullis::time::UnixTime;
use portcullis::token::{Policy, UnverifiedToken, Verifier};

use crate::oracle::dates;
use crate::oracle::header::Header;
use crate::oracle::json;
use crate::oracle::policy;
use crate::token::{SECRET, sign};

const CLAIMS: &str = r#"{"sub":"1","exp":1800000000}"#;

thread_local! {
    static ALONE: LazyCell<Verifier> = LazyCell::new(|| {
        let key = SecretKey::new(Algorithm::Hs256, &SECRET).unwrap();
        Verifier::with_key(key, Policy::default()).unwrap()
    });
    static OF_SET: LazyCell<Verifier> = LazyCell::new(|| {
        let key = |algorithm, secret: &[u8], id| {
            SecretKey::new(algorithm, secret).unwrap().with_id(id).unwrap()
        };
        let keys = KeySet::new(vec![
            key(Algorithm::Hs256, &SECRET, "a"),
            key(Algorithm::Hs256, &[8; 32], "b"),
            key(Algorithm::Hs512, &[9; 64], "c"),
        ]);
        Verifier::new(keys.unwrap(), typed())
    });
}

fn typed() -> Policy {
    Policy {
        token_type: Some("at+jwt".into()),
        ..Policy::default()
    }
}

/// The result is the one that the header calls for, with a single key and with a
/// set of three keys, and is the same for an unverified token.
pub fn check(data: &[u8]) {
    let Some(tree) = json::agreed_bytes(data) else {
        return;
    };
    let token = sign(data, CLAIMS.as_bytes());
    if token.len() > portcullis::token::MAX_LENGTH {
        return;
    }
    let now = UnixTime::from_seconds(1_700_000_000).unwrap();
    let alone = ALONE.with(|verifier| verifier.verify(&token, now));
    let of_set = OF_SET.with(|verifier| verifier.verify(&token, now));
    let unverified = UnverifiedToken::parse(&token);

    let Some(header) = tree.as_ref().and_then(Header::read) else {
        for refused in [alone.map(drop), of_set.map(drop), unverified.map(drop)] {
            assert_eq!(refused.unwrap_err().code(), "token_malformed");
        }
        return;
    };
    let unverified = unverified.expect("the header is well formed");
    assert_eq!(unverified.json().header().as_bytes(), data);
    let claims = json::read(CLAIMS).expect("is JSON");
    dates::assert_inspected(&unverified, header, &claims);

    let judged = |outcome: Result<_, _>, code: Option<&str>, policy: &Policy| match code {
        None => policy::assert_judged(outcome, header, &claims, policy, now),
        Some(code) => assert_eq!(outcome.unwrap_err().code(), code),
    };
    judged(alone, code_alone(header), &Policy::default());
    judged(of_set, code_of_set(header), &typed());
}

/// The error for the header with a single key without a name.
fn code_alone(header: Header<'_>) -> Option<&'static str> {
    (header.algorithm != "HS256").then_some("token_algorithm_not_allowed")
}

/// The error for the header with three keys, each with a name.
fn code_of_set(header: Header<'_>) -> Option<&'static str> {
    let known = Algorithm::from_name(header.algorithm).is_some_and(Algorithm::is_built_in);
    match (header.key_id, header.algorithm) {
        _ if !known => Some("token_algorithm_not_allowed"),
        (Some("a"), "HS256") => None,
        (Some("b"), "HS256") | (Some("c") | None, "HS512") => Some("token_signature_invalid"),
        (Some("a" | "b" | "c"), _) => Some("token_algorithm_not_allowed"),
        (Some(_), _) | (None, "HS256") => Some("token_key_unknown"),
        (None, _) => Some("token_algorithm_not_allowed"),
    }
}
