//! `peers/jwt.json`: tokens of PyJWT, jose, jsonwebtoken and fast-jwt.

use std::collections::BTreeMap;

use portcullis::error::TokenError;
use portcullis::key::{Algorithm, PublicJwk, SecretJwk, SecretKey, VerifyingKey};
use portcullis::token::{Policy, Verifier};
use serde_json::Value;

use super::{ACCEPTED, Run, assert_codes_of, list, outcome, read, text};
use crate::support::*;

/// The key in each of its forms.
fn keys_of(keys: &Value) -> Vec<Result<VerifyingKey, TokenError>> {
    if keys["kind"] == "oct" {
        let jwk = SecretJwk::from_json(&keys["jwk"].to_string());
        return vec![jwk.and_then(|jwk| VerifyingKey::from_jwk(&jwk))];
    }
    let public = PublicJwk::from_json(&keys["publicJwk"].to_string());
    let mut forms = vec![public.and_then(|jwk| VerifyingKey::from_public_jwk(&jwk))];
    // An RSA key is there only as a JWK, and only its public part.
    if keys["publicJwk"]["kty"] != "RSA" {
        let private = SecretJwk::from_json(&keys["privateJwk"].to_string());
        forms.push(private.and_then(|jwk| VerifyingKey::from_jwk(&jwk)));
        forms.push(VerifyingKey::from_spki_pem(text(keys, "publicPem")));
        let private = SecretKey::from_pkcs8_pem(text(keys, "privatePem"));
        forms.push(private.map(VerifyingKey::from));
    }
    forms
}

fn policy() -> Policy {
    Policy {
        issuers: vec!["https://example.com".into()],
        audiences: vec!["example-api".into()],
        ..Policy::default()
    }
}

#[test]
fn tokens_of_four_libraries_have_their_results_and_codes() {
    let (Some(file), Some(keys)) = (read("peers/jwt.json"), read("peers/jwt_keys.json")) else {
        return;
    };
    let now = at(file["verify_at"].as_i64().unwrap());
    let mut run = Run::of("peers/jwt");
    let mut codes = BTreeMap::new();
    for case in list(&file, "cases") {
        let alg = text(case, "alg");
        let id = format!("{alg} {} {}", text(case, "made_by"), text(case, "name"));
        let says = text(case, "expect");
        let mut outcomes = keys_of(&keys[alg]).into_iter().map(|key| {
            let verifier = Verifier::with_key(key?, policy())?;
            verifier.verify(text(case, "token"), now)
        });
        let result = outcomes.next().unwrap();
        assert!(outcomes.all(|other| other == result), "{id}");
        let ours = outcome(&result);
        if !Algorithm::from_name(alg).is_some_and(Algorithm::is_built_in) {
            run.case(&id, "not built in", ours == "key_invalid", ours);
            continue;
        }
        let agrees = match says {
            "valid" => ours == ACCEPTED,
            "expired" => ours == "token_expired",
            "not-yet-valid" => ours == "token_not_yet_valid",
            "wrong-aud" | "wrong-iss" => ours == "token_claim_invalid",
            // The verifier reads the header to find the key, so it may report a damaged
            // header before the signature.
            "bad-signature" => ["token_signature_invalid", "token_malformed"].contains(&ours),
            "alg-not-allowed" => ours == "token_algorithm_not_allowed",
            "malformed" => ours == "token_malformed",
            "invalid-claims" => ["token_claim_invalid", "token_malformed"].contains(&ours),
            // The libraries differ; the table of codes has our result.
            "policy" => true,
            other => panic!("{id} expects {other}"),
        };
        if let (Ok(token), Value::Object(_)) = (&result, &case["payload"]) {
            assert_eq!(case["payload"], token.claims::<Value>().unwrap(), "{id}");
        }
        run.case(&id, says, agrees, ours);
        codes.insert(id, ours);
    }
    run.end(203);
    assert_codes_of("peers/jwt", &codes, |id| {
        Algorithm::from_name(id.split(' ').next().unwrap()).is_some_and(Algorithm::is_built_in)
    });
}
