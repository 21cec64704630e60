//! Any bytes as the claims of a token with a valid signature.

use std::cell::LazyCell;
use std::time::Duration;

use portcullis::key::{Algorithm, SecretKey};
use portcullis::token::{MAX_LENGTH, Policy, UnverifiedToken, Verifier};

use crate::oracle::dates;
use crate::oracle::header::Header;
use crate::oracle::json;
use crate::oracle::policy;
use crate::token::{SECRET, sign};

/// A JWT's header, and a header as itsdangerous writes it.
const HEADERS: [&str; 2] = [
    r#"{"alg":"HS256","typ":"JWT"}"#,
    r#"{"alg":"HS256","iat":1600000000,"exp":1600000600}"#,
];

thread_local! {
    static VERIFIERS: LazyCell<Vec<(Verifier, Policy)>> = LazyCell::new(|| {
        [Policy::default(), nothing_asked(), everything_asked()]
            .into_iter()
            .map(|policy| {
                let key = SecretKey::new(Algorithm::Hs256, &SECRET).unwrap();
                (Verifier::with_key(key, policy.clone()).unwrap(), policy)
            })
            .collect()
    });
}

fn nothing_asked() -> Policy {
    Policy {
        required_claims: vec![],
        leeway: Duration::from_micros(1_500_000),
        rejects_future_issue: true,
        ..Policy::default()
    }
}

fn everything_asked() -> Policy {
    Policy {
        algorithms: Some(vec![Algorithm::Hs256]),
        issuers: vec!["a".into(), "https://login.example".into()],
        audiences: vec!["b".into(), "api".into()],
        subject: Some("1".into()),
        token_type: Some("application/jwt".into()),
        max_age: Some(Duration::from_secs(3600)),
        required_claims: vec!["jti".into()],
        leeway: Duration::from_secs(2),
        ..Policy::default()
    }
}

/// Our JSON reader and serde_json agree. Each verifier's result is one that the
/// claims call for, at any relevant time. An unverified reading reports the
/// same dates.
pub fn check(data: &[u8]) {
    let Some(tree) = json::agreed_bytes(data) else {
        return;
    };
    let object = tree.as_ref().filter(|tree| tree.members().is_some());
    for header in HEADERS {
        let token = sign(header.as_bytes(), data);
        if token.len() > MAX_LENGTH {
            return;
        }
        let unverified = UnverifiedToken::parse(&token);
        let tree = json::read(header).expect("is JSON");
        let header = Header::read(&tree).expect("is well formed");
        VERIFIERS.with(|verifiers| match object {
            None => {
                assert_eq!(unverified.unwrap_err().code(), "token_malformed");
                for (verifier, _) in verifiers.iter() {
                    let now = dates::at_micros(0).expect("is in the range");
                    let refused = verifier.verify(&token, now).unwrap_err();
                    assert_eq!(refused.code(), "token_malformed");
                }
            }
            Some(claims) => {
                let unverified = unverified.expect("is well formed");
                assert_eq!(unverified.json().claims().as_bytes(), data);
                dates::assert_inspected(&unverified, header, claims);
                for (verifier, policy) in verifiers.iter() {
                    for now in dates::times([&tree, claims]) {
                        let outcome = verifier.verify(&token, now);
                        if let Ok(verified) = &outcome {
                            assert_eq!(verified.json().header(), unverified.json().header());
                            assert_eq!(verified.json().claims(), unverified.json().claims());
                        }
                        policy::assert_judged(outcome, header, claims, policy, now);
                    }
                }
            }
        });
    }
}
