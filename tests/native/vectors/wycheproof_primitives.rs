//! Wycheproof's HMAC, Ed25519 and ECDSA as JWS signatures: in full
//! length and in the form of RFC 7518; and its PBKDF2, with the parameters that
//! werkzeug uses.

use portcullis::error::TokenError;
use portcullis::key::{Algorithm, VerifyingKey};
use portcullis::password::{HashFunction, WerkzeugMethod};
use serde_json::Value;

use super::{ACCEPTED, Run, list, outcome, read, text, unhex};

fn file(source: &str) -> Option<Value> {
    read(&format!(
        "wycheproof/testvectors_v1/{}_test.json",
        source.strip_prefix("wycheproof/").unwrap()
    ))
}

fn run_hmac(source: &'static str, algorithm: Algorithm, tag_bits: u64) {
    let Some(file) = file(source) else { return };
    let mut run = Run::of(source);
    for group in list(&file, "testGroups") {
        let full = group["tagSize"].as_u64().unwrap() == tag_bits;
        for test in list(group, "tests") {
            // Tags of any length: the data includes tags of half the length.
            let key = VerifyingKey::legacy_secret(algorithm, &unhex(text(test, "key"))).unwrap();
            let (message, tag) = (unhex(text(test, "msg")), unhex(text(test, "tag")));
            let ours = outcome(&key.verify_signature(&message, &tag));
            let says = text(test, "result");
            // A truncated tag is not a signature (RFC 7518 §3.2).
            let agrees = (ours == ACCEPTED) == (full && says == "valid");
            run.case(&test["tcId"].to_string(), says, agrees, ours);
        }
    }
    run.end(174);
}

#[test]
fn hs256_passes_wycheproofs_hmac_sha256() {
    run_hmac("wycheproof/hmac_sha256", Algorithm::Hs256, 256);
}

#[test]
fn hs384_passes_wycheproofs_hmac_sha384() {
    run_hmac("wycheproof/hmac_sha384", Algorithm::Hs384, 384);
}

#[test]
fn hs512_passes_wycheproofs_hmac_sha512() {
    run_hmac("wycheproof/hmac_sha512", Algorithm::Hs512, 512);
}

/// A group's key, from PEM and, if there is one, from a JWK.
fn keys(group: &Value) -> Vec<Result<VerifyingKey, TokenError>> {
    let mut keys = vec![VerifyingKey::from_spki_pem(text(group, "publicKeyPem"))];
    if let Value::Object(jwk) = &group["publicKeyJwk"] {
        let jwk = Value::Object(jwk.clone()).to_string();
        let jwk = portcullis::key::PublicJwk::from_json(&jwk);
        keys.push(jwk.and_then(|jwk| VerifyingKey::from_public_jwk(&jwk)));
    }
    keys
}

/// `agrees` says whether a result is the one that the data's `result` requires.
fn run_public_key(source: &'static str, count: usize, agrees: impl Fn(&str, &str) -> bool) {
    let Some(file) = file(source) else { return };
    let mut run = Run::of(source);
    for group in list(&file, "testGroups") {
        for test in list(group, "tests") {
            let id = test["tcId"].to_string();
            let (message, signature) = (unhex(text(test, "msg")), unhex(text(test, "sig")));
            let mut outcomes = keys(group).into_iter().map(|key| {
                outcome(&key.and_then(|key| key.verify_signature(&message, &signature)))
            });
            let ours = outcomes.next().unwrap();
            assert!(outcomes.all(|other| other == ours), "PEM and JWK of {id}");
            let says = text(test, "result");
            run.case(&id, says, agrees(says, ours), ours);
        }
    }
    run.end(count);
}

fn as_it_says(says: &str, ours: &str) -> bool {
    match says {
        "valid" => ours == ACCEPTED,
        "invalid" => ours != ACCEPTED,
        other => panic!("{other}"),
    }
}

#[test]
fn eddsa_passes_wycheproofs_ed25519() {
    run_public_key("wycheproof/ed25519", 151, as_it_says);
}

#[test]
fn es256_passes_wycheproofs_ecdsa_with_p_256_in_the_raw_form() {
    run_public_key("wycheproof/ecdsa_secp256r1_sha256_p1363", 262, as_it_says);
}

#[test]
fn wycheproofs_ecdsa_with_p_384_and_p_521_is_es384_and_es512() {
    run_public_key("wycheproof/ecdsa_secp384r1_sha384_p1363", 280, as_it_says);
    run_public_key("wycheproof/ecdsa_secp521r1_sha512_p1363", 318, as_it_says);
}

#[test]
fn no_ecdsa_signature_in_der_is_accepted_as_es256() {
    run_public_key("wycheproof/ecdsa_secp256r1_sha256", 484, |_, ours| {
        ours == "token_signature_invalid"
    });
}

fn run_pbkdf2(source: &'static str, function: HashFunction, count: usize) {
    let Some(file) = file(source) else { return };
    let mut run = Run::of(source);
    for group in list(&file, "testGroups") {
        for test in list(group, "tests") {
            let iterations = test["iterationCount"].as_u64().unwrap();
            let method = WerkzeugMethod::Pbkdf2 {
                function,
                iterations: iterations.try_into().unwrap(),
            };
            let [password, salt, key] =
                ["password", "salt", "dk"].map(|name| unhex(text(test, name)));
            let ours = match method.derive(&password, &salt) {
                // A longer PBKDF2 output starts with the output of digest length.
                Ok(derived) => {
                    let compared = derived.len().min(key.len());
                    assert!(compared > 0);
                    if derived[..compared] == key[..compared] {
                        ACCEPTED
                    } else {
                        "differs"
                    }
                }
                Err(_) => "hash_not_usable",
            };
            let says = text(test, "result");
            run.case(
                &test["tcId"].to_string(),
                says,
                as_it_says(says, ours),
                ours,
            );
        }
    }
    run.end(count);
}

#[test]
fn our_pbkdf2_passes_wycheproof() {
    run_pbkdf2("wycheproof/pbkdf2_hmacsha1", HashFunction::Sha1, 64);
    run_pbkdf2("wycheproof/pbkdf2_hmacsha256", HashFunction::Sha256, 60);
    run_pbkdf2("wycheproof/pbkdf2_hmacsha384", HashFunction::Sha384, 58);
    run_pbkdf2("wycheproof/pbkdf2_hmacsha512", HashFunction::Sha512, 58);
}
