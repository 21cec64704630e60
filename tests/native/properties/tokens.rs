//! Tokens of every algorithm: a signed token verifies, and a changed token does not.

use core::time::Duration;

use portcullis::error::TokenError;
use portcullis::key::{Algorithm, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, SignOptions, Signer, VerifiedToken, Verifier};
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::any_claims;
use crate::support::*;

const HMACS: [Algorithm; 3] = [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512];
const ALL: [Algorithm; 5] = [
    Algorithm::Hs256,
    Algorithm::Hs384,
    Algorithm::Hs512,
    Algorithm::EdDsa,
    Algorithm::Es256,
];

fn jwk(algorithm: Algorithm) -> SecretJwk {
    SecretJwk::generate(algorithm, &[7; 64]).unwrap()
}

fn signer(algorithm: Algorithm) -> Signer {
    let options = SignOptions {
        expires_in: Some(Duration::from_secs(60)),
        ..SignOptions::default()
    };
    Signer::new(SecretKey::from_jwk(&jwk(algorithm)).unwrap(), options).unwrap()
}

/// The key with its public part, if it has one.
fn verifier(algorithm: Algorithm) -> Verifier {
    let policy = Policy {
        max_token_length: usize::MAX,
        ..Policy::default()
    };
    let jwk = jwk(algorithm);
    let key = match jwk.public() {
        Ok(public) => VerifyingKey::from_public_jwk(&public),
        Err(_) => VerifyingKey::from_jwk(&jwk),
    };
    Verifier::with_key(key.unwrap(), policy).unwrap()
}

fn verified(verifier: &Verifier, token: &str) -> Result<VerifiedToken, TokenError> {
    verifier.verify(token, at(NOW))
}

/// Claims, some of them registered ones with the right types.
fn any_claims_and_registered() -> impl Strategy<Value = Map<String, Value>> {
    let registered = (
        prop::option::of(any::<String>()),
        prop::option::of(any::<String>()),
        prop::option::of(prop::collection::vec(".{1,9}", 1..3)),
        prop::option::of(-8_640_000_000_000..=NOW),
    );
    (any_claims(), registered).prop_map(|(mut claims, (issuer, id, audience, start))| {
        let mut put = |name: &str, value: Option<Value>| {
            value.map(|value| claims.insert(name.into(), value));
        };
        put("iss", issuer.map(Value::from));
        put("jti", id.map(Value::from));
        put("aud", audience.map(Value::from));
        put("nbf", start.map(Value::from));
        claims
    })
}

fn assert_is_the_identity(algorithm: Algorithm, claims: &Map<String, Value>) {
    let token = signer(algorithm).sign(claims, at(NOW), [0; 16]).unwrap();
    let verified = verified(&verifier(algorithm), &token).unwrap();
    let mut read: Map<String, Value> = verified.claims().unwrap();
    assert_eq!(read.remove("iat"), Some(Value::from(NOW)));
    assert_eq!(read.remove("exp"), Some(Value::from(NOW + 60)));
    assert_eq!(&read, claims);
}

proptest! {
    #[test]
    fn a_signed_token_is_the_verified_token_with_hmac(
        algorithm in prop::sample::select(&HMACS[..]),
        claims in any_claims_and_registered(),
    ) {
        assert_is_the_identity(algorithm, &claims);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_signed_token_is_the_verified_token_with_eddsa(claims in any_claims_and_registered()) {
        assert_is_the_identity(Algorithm::EdDsa, &claims);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn a_signed_token_is_the_verified_token_with_es256(claims in any_claims_and_registered()) {
        assert_is_the_identity(Algorithm::Es256, &claims);
    }
}

fn small_token(algorithm: Algorithm) -> String {
    signer(algorithm)
        .sign_json(r#"{"id":1}"#, at(NOW), [0; 16])
        .unwrap()
}

/// A changed token must be refused. The unchanged token must be accepted, so that the change
/// causes the refusal.
fn assert_changes_are_refused(algorithm: Algorithm, changes: impl FnOnce(&str) -> Vec<String>) {
    let token = small_token(algorithm);
    let verifier = verifier(algorithm);
    verified(&verifier, &token).unwrap();
    for changed in changes(&token) {
        assert_ne!(changed, token);
        assert!(verified(&verifier, &changed).is_err(), "{changed}");
    }
}

/// The token with each of its bytes replaced by each of `others`.
fn replaced(token: &str, others: impl Fn(u8) -> Vec<char>) -> Vec<String> {
    token
        .bytes()
        .enumerate()
        .flat_map(|(i, byte)| {
            others(byte)
                .into_iter()
                .filter(move |other| *other != char::from(byte))
                .map(move |other| format!("{}{other}{}", &token[..i], &token[i + 1..]))
        })
        .collect()
}

/// Each shorter token at either end, and some longer tokens.
fn cut_and_extended(token: &str) -> Vec<String> {
    let cut = (0..token.len()).map(|at| token[..at].to_owned());
    let beheaded = (1..token.len()).map(|at| token[at..].to_owned());
    let extended = ["A", "=", ".", ".A", " ", "\n", "\0", "AA", "AAA", "AAAA"]
        .into_iter()
        .flat_map(|more| [format!("{token}{more}"), format!("{more}{token}")]);
    cut.chain(beheaded).chain(extended).collect()
}

#[test]
fn each_byte_changed_to_any_other_is_refused_with_hs256() {
    assert_changes_are_refused(Algorithm::Hs256, |token| {
        replaced(token, |_| (0..=u8::MAX).map(char::from).collect())
    });
}

#[test]
fn each_byte_changed_to_its_neighbours_is_refused_with_hs384_and_hs512() {
    for algorithm in [Algorithm::Hs384, Algorithm::Hs512] {
        assert_changes_are_refused(algorithm, |token| replaced(token, neighbours));
    }
}

#[test]
fn each_byte_changed_in_its_last_bit_is_refused_with_eddsa_and_es256() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        assert_changes_are_refused(algorithm, |token| {
            replaced(token, |byte| vec![char::from(byte ^ 1)])
        });
    }
}

#[test]
fn each_character_of_a_signature_changed_to_another_is_refused_with_eddsa_and_es256() {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256] {
        assert_changes_are_refused(algorithm, |token| {
            let signature = token.rfind('.').unwrap() + 1;
            (signature..token.len())
                .map(|at| {
                    let has = ALPHABET.iter().position(|has| *has == token.as_bytes()[at]);
                    let other = ALPHABET[(has.unwrap() + 1 + at % 63) % 64];
                    format!("{}{}{}", &token[..at], char::from(other), &token[at + 1..])
                })
                .collect()
        });
    }
}

#[test]
fn a_truncated_or_extended_token_is_refused() {
    for algorithm in ALL {
        assert_changes_are_refused(algorithm, cut_and_extended);
    }
}

/// The byte with each of its bits flipped, if the result is a character.
fn neighbours(byte: u8) -> Vec<char> {
    (0..7).map(|bit| char::from(byte ^ (1 << bit))).collect()
}
