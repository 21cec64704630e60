//! `peers/itsdangerous.json`: tokens that itsdangerous 2.0.1 wrote, some of them
//! changed, and its result for each.

use std::collections::BTreeMap;

use portcullis::key::{Algorithm, SecretKey};
use portcullis::token::legacy::{FlaskError, LegacyVerifier};
use portcullis::token::{Policy, Verifier};
use serde_json::Value;

use super::{ACCEPTED, Run, assert_codes, list, outcome, read, text};
use crate::support::*;

#[test]
fn tokens_of_itsdangerous_have_its_result_and_the_tutorials_error() {
    let Some(file) = read("peers/itsdangerous.json") else {
        return;
    };
    let mut run = Run::of("peers/itsdangerous");
    let mut codes = BTreeMap::new();
    for case in list(&file, "cases") {
        let id = text(case, "name");
        let secret = text(case, "secret");
        let algorithm = Algorithm::from_name(text(case, "alg")).unwrap();
        let salt = case["salt"].as_str().map(str::as_bytes);
        let now = at(case["verify_at"].as_i64().unwrap());
        let verifier = LegacyVerifier::new(algorithm, &[secret], salt).unwrap();
        let result = verifier.verify(text(case, "token"), now);

        let ours = outcome(&result);
        let says = text(case, "outcome");
        let agrees = match (text(case, "kind"), says) {
            // Tokens without a date, which another serializer accepts.
            ("untimed", "valid") => ours == "token_claim_invalid",
            ("timed", "valid") => ours == ACCEPTED,
            ("timed", "SignatureExpired") => ours == "token_expired",
            ("timed", "BadSignature" | "BadHeader") => ours != ACCEPTED && ours != "token_expired",
            // itsdangerous fails with a server error.
            ("timed", "uncaught TypeError") => false,
            other => panic!("{id}: {other:?}"),
        };
        if agrees && says != "valid" {
            let refusal = FlaskError::from(result.as_ref().unwrap_err());
            assert_eq!(refusal.as_str(), text(case, "tutorial_error"), "{id}");
        }
        if let Ok(token) = &result {
            assert_eq!(case["payload"], token.payload::<Value>().unwrap(), "{id}");
            assert!(case["tutorial_error"].is_null(), "{id}");
            for (name, date) in [
                ("iat", token.issued_at()),
                ("exp", Some(token.expires_at())),
            ] {
                if let Some(seconds) = case[name].as_i64() {
                    assert_eq!(date, Some(at(seconds)), "{id}");
                }
            }
        }
        run.case(id, says, agrees, ours);
        codes.insert(id.to_owned(), ours);
    }
    run.end(71);
    assert_codes("peers/itsdangerous", &codes);
}

#[test]
fn no_token_of_itsdangerous_passes_a_plain_verifier() {
    let Some(file) = read("peers/itsdangerous.json") else {
        return;
    };
    let mut seen = 0;
    for case in list(&file, "cases") {
        let algorithm = Algorithm::from_name(text(case, "alg")).unwrap();
        // Tokens that itsdangerous accepts and whose secret is long enough for a plain
        // key.
        let Ok(key) = SecretKey::new(algorithm, text(case, "secret").as_bytes()) else {
            continue;
        };
        if text(case, "kind") != "timed" || text(case, "outcome") != "valid" {
            continue;
        }
        let policy = Policy {
            required_claims: Vec::new(),
            ..Policy::default()
        };
        let verifier = Verifier::with_key(key, policy).unwrap();
        let now = at(case["verify_at"].as_i64().unwrap());
        let refused = verifier.verify(text(case, "token"), now).unwrap_err();
        // The error is a missing `exp`, a payload that is not an object, or a `crit`.
        assert!(
            ["token_claim_invalid", "token_malformed"].contains(&refused.code()),
            "{}: {refused:?}",
            text(case, "name")
        );
        seen += 1;
    }
    assert!(seen >= 10, "{seen}");
}
