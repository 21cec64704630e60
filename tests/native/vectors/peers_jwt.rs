//! `peers/jwt.json`: tokens of PyJWT, jose, jsonwebtoken and fast-jwt.

use std::collections::BTreeMap;

use portcullis::error::TokenError;
use portcullis::key::{Algorithm, SecretJwk, SecretKey};
use portcullis::token::{Policy, Verifier};
use serde_json::Value;

use super::{ACCEPTED, Run, assert_codes_of, list, outcome, read, text};
use crate::support::*;

fn key(keys: &Value) -> Result<SecretKey, TokenError> {
    let jwk = if keys["kind"] == "oct" {
        &keys["jwk"]
    } else {
        &keys["publicJwk"]
    };
    SecretKey::from_jwk(&SecretJwk::from_json(&jwk.to_string())?)
}

fn policy() -> Policy {
    Policy {
        issuers: vec!["https://example.com".into()],
        audiences: vec!["example-api".into()],
        ..Policy::default()
    }
}

#[test]
fn tokens_of_four_libraries_have_their_outcomes_and_codes() {
    let (Some(file), Some(keys)) = (read("peers/jwt.json"), read("peers/jwt_keys.json")) else {
        return;
    };
    let now = at(file["verify_at"].as_i64().unwrap());
    let mut run = Run::of("peers/jwt");
    let mut codes = BTreeMap::new();
    for case in list(&file, "cases") {
        let alg = text(case, "alg");
        let id = format!("{alg} {} {}", text(case, "made_by"), text(case, "name"));
        let key = key(&keys[alg]);
        if Algorithm::from_name(alg).is_none() {
            let ours = outcome(&key);
            run.case(&id, "not built in", ours == "key_invalid", ours);
            continue;
        }
        let key = key.unwrap();
        let verifier = Verifier::with_key(key, policy()).unwrap();
        let result = verifier.verify(text(case, "token"), now);
        let ours = outcome(&result);
        let says = text(case, "expect");
        let agrees = match says {
            "valid" => ours == ACCEPTED,
            "expired" => ours == "token_expired",
            "not-yet-valid" => ours == "token_not_yet_valid",
            "wrong-aud" | "wrong-iss" => ours == "token_claim_invalid",
            // The header is read to find the key, so what damages it may be
            // seen before the signature is.
            "bad-signature" => ["token_signature_invalid", "token_malformed"].contains(&ours),
            "alg-not-allowed" => ours == "token_algorithm_not_allowed",
            "malformed" => ours == "token_malformed",
            "invalid-claims" => ["token_claim_invalid", "token_malformed"].contains(&ours),
            // The libraries differ; the table of codes says what we do.
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
        Algorithm::from_name(id.split(' ').next().unwrap()).is_some()
    });
}
