//! Test data of others, from `../shared/vectors` or where
//! `PORTCULLIS_VECTORS` says. Not there, the tests say so loudly.

use std::path::PathBuf;

use portcullis::encoding::json::read_value;
use portcullis::error::TokenError;
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, Verifier};
use serde_json::Value;

use crate::support::*;

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("PORTCULLIS_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        PathBuf::from,
    );
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "\n*** NO TEST VECTORS at {}: NOTHING TESTED HERE ***\n",
        folder.display()
    );
    None
}

fn read(file: &str) -> Option<Value> {
    let text = std::fs::read_to_string(folder()?.join(file)).unwrap();
    Some(serde_json::from_str(&text).unwrap())
}

fn list<'a>(value: &'a Value, name: &str) -> &'a Vec<Value> {
    value[name].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[test]
fn every_derived_attack_has_its_outcome() {
    let Some(file) = read("derived/jwt_attacks_hs256.json") else {
        return;
    };
    let secret: Vec<u8> = (0..64).map(|_| 7).collect();
    let policy = |class: &str| Policy {
        issuers: (class == "iss")
            .then(|| "https://issuer.test".into())
            .into_iter()
            .collect(),
        audiences: (class == "aud").then(|| "api".into()).into_iter().collect(),
        token_type: (class == "cross-jwt").then(|| "JWT".into()),
        ..Policy::default()
    };
    let mut seen = 0;
    for vector in list(&file, "vectors") {
        let key = SecretKey::new(Algorithm::Hs256, &secret).unwrap();
        // `kid` must be known where there is a name to compare with.
        let class = text(vector, "cls");
        let key = if class == "kid-injection" {
            key.with_id("known").unwrap()
        } else {
            key
        };
        let verifier = Verifier::with_key(key, policy(class)).unwrap();
        let result = verifier.verify(text(vector, "token"), at(NOW));
        let id = text(vector, "id");
        match text(vector, "expect") {
            "accept" => assert!(result.is_ok(), "{id}: {result:?}"),
            "reject" | "unknown-kid-reject" | "policy-reject" | "reject-or-clamp" => {
                assert!(result.is_err(), "{id}");
            }
            "ignore-or-reject" | "no-panic" => {}
            other => panic!("{id} expects {other}"),
        }
        seen += 1;
    }
    assert!(seen > 100);
}

#[test]
fn tokens_of_four_libraries_are_judged_as_they_should_be() {
    let (Some(file), Some(keys)) = (read("peers/jwt.json"), read("peers/jwt_keys.json")) else {
        return;
    };
    let now = at(file["verify_at"].as_i64().unwrap());
    let mut seen = 0;
    for case in list(&file, "cases") {
        let Some(algorithm) = Algorithm::from_name(text(case, "alg")) else {
            continue;
        };
        let key = peer_key(&keys[text(case, "alg")]);
        assert_eq!(key.algorithm(), algorithm);
        let policy = Policy {
            issuers: vec!["https://example.com".into()],
            audiences: vec!["example-api".into()],
            ..Policy::default()
        };
        let verifier = Verifier::with_key(key, policy).unwrap();
        let result = verifier.verify(text(case, "token"), now);
        let name = format!(
            "{} {} {}",
            text(case, "made_by"),
            text(case, "alg"),
            text(case, "name")
        );
        let code = result.as_ref().map_or_else(TokenError::code, |_| "ok");
        match text(case, "expect") {
            "valid" => assert_eq!(code, "ok", "{name}"),
            "expired" => assert_eq!(code, "token_expired", "{name}"),
            "not-yet-valid" => assert_eq!(code, "token_not_yet_valid", "{name}"),
            "wrong-aud" | "wrong-iss" => assert_eq!(code, "token_claim_invalid", "{name}"),
            // The header is read to find the key; one that was tampered with
            // may no longer be one.
            "bad-signature" if text(case, "name") == "tampered-header" => {
                assert!(
                    ["token_malformed", "token_signature_invalid"].contains(&code),
                    "{name}"
                );
            }
            "bad-signature" => assert_eq!(code, "token_signature_invalid", "{name}"),
            "alg-not-allowed" => assert_eq!(code, "token_algorithm_not_allowed", "{name}"),
            "malformed" | "invalid-claims" => assert_ne!(code, "ok", "{name}"),
            _ => {}
        }
        seen += 1;
    }
    assert!(seen > 80);
}

/// With the secret or the public part.
fn peer_key(key: &Value) -> VerifyingKey {
    if key["jwk"].is_object() {
        return VerifyingKey::from_jwk(&SecretJwk::from_json(&key["jwk"].to_string()).unwrap())
            .unwrap();
    }
    let jwk = PublicJwk::from_json(&key["publicJwk"].to_string()).unwrap();
    VerifyingKey::from_public_jwk(&jwk).unwrap()
}

#[test]
fn the_rfcs_examples_are_judged_as_they_should_be() {
    let Some(file) = read("rfc/rfc_examples.json") else {
        return;
    };
    let mut seen = 0;
    for case in list(&file, "jws") {
        if Algorithm::from_name(text(case, "alg")).is_none() {
            assert_ne!(code(verify(text(case, "token"))), "ok");
            continue;
        }
        let mut jwk = case["jwk"].clone();
        jwk["alg"] = case["alg"].clone();
        let key = VerifyingKey::from_jwk(&SecretJwk::from_json(&jwk.to_string()).unwrap()).unwrap();
        let verifier = Verifier::with_key(key, Policy::default()).unwrap();
        let result = verifier.verify(text(case, "token"), at(0));
        match text(case, "result") {
            "valid" => assert!(result.is_ok(), "{}", text(case, "id")),
            // The signature is right; the payload is a text, not claims.
            "valid-jws-not-jwt" => assert_eq!(code(result), "token_malformed"),
            other => panic!("{other}"),
        }
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn the_json_reader_passes_jsontestsuite_but_for_duplicates() {
    let Some(folder) = folder() else { return };
    let mut seen = 0;
    for file in std::fs::read_dir(folder.join("JSONTestSuite/test_parsing")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let bytes = std::fs::read(&path).unwrap();
        let accepted = core::str::from_utf8(&bytes).is_ok_and(|text| read_value(text).is_ok());
        // JSON may have duplicates; a token must not (RFC 7519 §4).
        let duplicates = [
            "y_object_duplicated_key.json",
            "y_object_duplicated_key_and_value.json",
        ];
        match name.get(..2) {
            Some("y_") => assert_eq!(accepted, !duplicates.contains(&name.as_str()), "{name}"),
            Some("n_") => assert!(!accepted, "{name}"),
            _ => {}
        }
        seen += 1;
    }
    assert!(seen > 300);
}
