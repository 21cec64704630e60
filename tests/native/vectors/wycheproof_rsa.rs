//! Wycheproof's RSA signatures, PKCS#1 v1.5 and PSS, as RS256 to PS512.

use portcullis::error::TokenError;
use portcullis::key::{Algorithm, PublicJwk, VerifyingKey};
use serde_json::Value;

use super::{ACCEPTED, Run, list, outcome, read, text, unhex};
use crate::support::*;

fn file(source: &str) -> Option<Value> {
    let name = source.strip_prefix("wycheproof/").unwrap();
    read(&format!("wycheproof/testvectors_v1/{name}_test.json"))
}

/// A group's key, from PEM, from its numbers, and from a JWK if there is one.
fn keys(group: &Value, algorithm: Algorithm) -> Vec<Result<VerifyingKey, TokenError>> {
    let public = &group["publicKey"];
    let number = |name| {
        let bytes = unhex(text(public, name));
        base64url(&bytes[bytes.iter().position(|byte| *byte != 0).unwrap()..])
    };
    let name = algorithm.name();
    let (n, e) = (number("modulus"), number("publicExponent"));
    let numbers = format!(r#"{{"kty":"RSA","alg":"{name}","n":"{n}","e":"{e}"}}"#);
    let from_json = |json: &str| {
        let jwk = PublicJwk::from_json(json);
        jwk.and_then(|jwk| VerifyingKey::from_public_jwk(&jwk))
    };
    let mut keys = vec![
        VerifyingKey::from_rsa_spki_pem(text(group, "publicKeyPem"), algorithm),
        from_json(&numbers),
    ];
    if let Value::Object(jwk) = &group["publicKeyJwk"] {
        keys.push(from_json(&Value::Object(jwk.clone()).to_string()));
    }
    keys
}

fn run(source: &'static str, algorithm: Algorithm, count: usize) {
    let Some(file) = file(source) else { return };
    let mut run = Run::of(source);
    for group in list(&file, "testGroups") {
        let keys = keys(group, algorithm);
        for test in list(group, "tests") {
            let id = test["tcId"].to_string();
            let (message, signature) = (unhex(text(test, "msg")), unhex(text(test, "sig")));
            let mut outcomes = keys.iter().map(|key| match key {
                Ok(key) => outcome(&key.verify_signature(&message, &signature)),
                Err(error) => error.code(),
            });
            let ours = outcomes.next().unwrap();
            assert!(outcomes.all(|other| other == ours), "PEM and JWK of {id}");
            let says = text(test, "result");
            // The "acceptable" signatures have an older encoding, which JWS does not allow.
            let agrees = (ours == ACCEPTED) == (says == "valid");
            run.case(&id, says, agrees, ours);
        }
    }
    run.end(count);
}

#[test]
fn wycheproofs_rsa_with_pkcs1_is_rs256_rs384_and_rs512() {
    use Algorithm::{Rs256, Rs384, Rs512};
    run("wycheproof/rsa_signature_2048_sha256", Rs256, 259);
    run("wycheproof/rsa_signature_2048_sha384", Rs384, 258);
    run("wycheproof/rsa_signature_2048_sha512", Rs512, 259);
    run("wycheproof/rsa_signature_3072_sha256", Rs256, 259);
    run("wycheproof/rsa_signature_3072_sha384", Rs384, 259);
    run("wycheproof/rsa_signature_3072_sha512", Rs512, 260);
    run("wycheproof/rsa_signature_4096_sha256", Rs256, 258);
    run("wycheproof/rsa_signature_4096_sha384", Rs384, 259);
    run("wycheproof/rsa_signature_4096_sha512", Rs512, 259);
    run("wycheproof/rsa_signature_8192_sha256", Rs256, 258);
}

#[test]
fn wycheproofs_rsa_pss_is_ps256_ps384_and_ps512() {
    use Algorithm::{Ps256, Ps384, Ps512};
    run("wycheproof/rsa_pss_2048_sha256_mgf1_32", Ps256, 108);
    run("wycheproof/rsa_pss_2048_sha384_mgf1_48", Ps384, 141);
    run("wycheproof/rsa_pss_3072_sha256_mgf1_32", Ps256, 108);
    run("wycheproof/rsa_pss_4096_sha256_mgf1_32", Ps256, 108);
    run("wycheproof/rsa_pss_4096_sha384_mgf1_48", Ps384, 141);
    run("wycheproof/rsa_pss_4096_sha512_mgf1_64", Ps512, 179);
}

/// RFC 7518 §3.5: the salt is as long as the hash, and MGF1 has the same hash.
fn assert_only_equal_lengths_are_accepted(source: &'static str, count: usize) {
    let Some(file) = file(source) else { return };
    let mut run = Run::of(source);
    for group in list(&file, "testGroups") {
        let hash = text(group, "sha");
        for test in list(group, "tests") {
            let (message, signature) = (unhex(text(test, "msg")), unhex(text(test, "sig")));
            let accepted: Vec<_> = [Algorithm::Ps256, Algorithm::Ps384, Algorithm::Ps512]
                .into_iter()
                .filter(|algorithm| {
                    keys(group, *algorithm).iter().all(|key| {
                        let key = key.as_ref().unwrap();
                        key.verify_signature(&message, &signature).is_ok()
                    })
                })
                .map(Algorithm::name)
                .collect();
            let same = group["mgfSha"] == group["sha"];
            let right = match (hash, group["sLen"].as_u64()) {
                ("SHA-256", Some(32)) if same => vec!["PS256"],
                ("SHA-384", Some(48)) if same => vec!["PS384"],
                ("SHA-512", Some(64)) if same => vec!["PS512"],
                _ => vec![],
            };
            let says = text(test, "result");
            let right = if says == "valid" { right } else { vec![] };
            let ours = accepted.first().copied().unwrap_or("refused");
            run.case(&test["tcId"].to_string(), says, accepted == right, ours);
        }
    }
    run.end(count);
}

#[test]
fn wycheproofs_other_salts_and_masks_are_not_ps256_ps384_or_ps512() {
    assert_only_equal_lengths_are_accepted("wycheproof/rsa_pss_2048_sha256_mgf1_0", 103);
    assert_only_equal_lengths_are_accepted("wycheproof/rsa_pss_misc", 150);
}
