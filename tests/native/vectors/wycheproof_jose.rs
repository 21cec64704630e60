//! Wycheproof's `json_web_signature`, `json_web_key` and `json_web_crypto`.

use portcullis::token::UnverifiedToken;
use serde_json::Value;

use super::jws::{is_not_built_in, judge_with};
use super::{ACCEPTED, Run, list, read, text};
use crate::support::*;

/// The key that verifies: the public key if there are two.
fn key(group: &Value) -> &Value {
    let public = &group["public"];
    if public.is_object() {
        public
    } else {
        &group["private"]
    }
}

/// Whether the key, or the only key of the set, is for an algorithm that this library
/// does not implement.
fn needs_more(key: &Value) -> bool {
    let is_needed = |key: &Value| is_not_built_in(key["alg"].as_str().unwrap_or_default());
    is_needed(key)
        || key["keys"]
            .as_array()
            .is_some_and(|keys| keys.iter().all(is_needed))
}

fn run_file(source: &'static str, count: usize) {
    let path = format!("wycheproof/testvectors_v1/{}_test.json", &source[11..]);
    let Some(file) = read(&path) else {
        return;
    };
    let mut run = Run::of(source);
    for group in list(&file, "testGroups") {
        let key = key(group);
        for test in list(group, "tests") {
            let id = test["tcId"].to_string();
            let says = text(test, "result");
            let (ours, agrees);
            if let Some(jwe) = test.get("jwe") {
                // We support neither the key nor the token, valid or not.
                ours = judge_with(key, jwe.as_str().unwrap_or_default());
                agrees = ours == "key_invalid";
            } else {
                // A value that is not a text is a JWS in JSON.
                let jws = &test["jws"];
                let token = jws.as_str().map_or_else(|| jws.to_string(), str::to_owned);
                ours = judge_with(key, &token);
                agrees = match says {
                    "valid" if needs_more(key) => ours == "key_invalid",
                    "valid" => ours == ACCEPTED,
                    "invalid" => ours != ACCEPTED,
                    other => panic!("{id} is {other}"),
                };
            }
            run.case(&id, says, agrees, ours);
        }
    }
    run.end(count);
}

#[test]
fn wycheproofs_signatures_have_the_expected_results() {
    run_file("wycheproof/json_web_signature", 401);
}

#[test]
fn wycheproofs_keys_have_the_expected_results() {
    run_file("wycheproof/json_web_key", 26);
}

#[test]
fn wycheproofs_mixed_cases_have_the_expected_results() {
    run_file("wycheproof/json_web_crypto", 83);
}

#[test]
fn no_encrypted_token_is_read_or_verified() {
    let Some(file) = read("wycheproof/testvectors_v1/json_web_encryption_test.json") else {
        return;
    };
    let mut seen = 0;
    for group in list(&file, "testGroups") {
        for test in list(group, "tests") {
            let jwe = test["jwe"]
                .as_str()
                .map_or_else(|| test["jwe"].to_string(), str::to_owned);
            let id = &test["tcId"];
            assert!(UnverifiedToken::parse(&jwe).is_err(), "{id}");
            assert_eq!(code(verify(&jwe)), "token_malformed", "{id}");
            assert_eq!(judge_with(key(group), &jwe), "key_invalid", "{id}");
            seen += 1;
        }
    }
    assert_eq!(seen, 139);
}
