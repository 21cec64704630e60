//! The IETF's JOSE cookbook: RFC 7520's JWS and keys, RFC 8037's signature,
//! RFC 7797's unencoded payloads.

use portcullis::key::KeySet;
use serde_json::{Value, json};

use super::jws::{is_not_built_in, judge_with};
use super::{ACCEPTED, Run, outcome, read, text};

const FILES: [&str; 11] = [
    "curve25519/jws",
    "jws/4_1.rsa_v15_signature",
    "jws/4_2.rsa-pss_signature",
    "jws/4_3.ecdsa_signature",
    "jws/4_4.hmac-sha2_integrity_protection",
    "jws/4_5.signature_with_detached_content",
    "jws/4_6.protecting_specific_header_fields",
    "jws/4_7.protecting_content_only",
    "jws/4_8.multiple_signatures",
    "rfc7797/4.2.hmac-sha2_b64_false",
    "rfc7797/hmac-sha2_b64_false",
];

fn file(name: &str) -> Option<Value> {
    read(&format!("ietf-jose-cookbook/{name}.json"))
}

/// The key at `index` if there are several, with the algorithm for which the
/// example uses it.
fn key(example: &Value, index: usize) -> Value {
    let input = &example["input"];
    let pick = |value: &Value| value.get(index).unwrap_or(value).clone();
    let (mut key, alg) = (pick(&input["key"]), pick(&input["alg"]));
    key["alg"] = alg;
    // The examples verify with the public part of the private key.
    if key["kty"] == "RSA" || key["crv"] == "P-521" {
        let public = ["kty", "kid", "use", "alg", "n", "e", "crv", "x", "y"];
        key.as_object_mut()
            .unwrap()
            .retain(|name, _| public.contains(&name.as_str()));
    }
    key
}

#[test]
fn the_cookbooks_signatures_have_its_results() {
    let mut run = Run::of("ietf-jose-cookbook");
    for name in FILES {
        let Some(example) = file(name) else { return };
        let key = key(&example, 0);
        let output = &example["output"];
        let token = match output["compact"].as_str() {
            Some(compact) => compact.to_owned(),
            None => output["json"].to_string(),
        };
        let ours = judge_with(&key, &token);
        let agrees = if is_not_built_in(text(&key, "alg")) {
            ours == "key_invalid"
        } else {
            ours == ACCEPTED
        };
        run.case(name, "valid", agrees, ours);
        // No JSON serialization is accepted as a token.
        for form in ["json", "json_flat"] {
            if let Some(json) = output.get(form) {
                assert_ne!(judge_with(&key, &json.to_string()), ACCEPTED, "{name}");
            }
        }
    }
    run.end(FILES.len());
}

#[test]
fn the_cookbooks_signatures_in_another_form_verify_in_the_compact_form() {
    let names = [
        ("jws/4_5.signature_with_detached_content", 0),
        ("jws/4_6.protecting_specific_header_fields", 0),
        // Use the signature, among the three, whose algorithm is supported.
        ("jws/4_8.multiple_signatures", 2),
    ];
    for (name, index) in names {
        let Some(example) = file(name) else { return };
        let signing = &example["signing"];
        let signing = signing.get(index).unwrap_or(signing);
        let token = format!("{}.{}", text(signing, "sig-input"), text(signing, "sig"));
        assert_eq!(
            judge_with(&key(&example, index), &token),
            ACCEPTED,
            "{name}"
        );
    }
}

#[test]
fn the_cookbooks_keys_are_accepted_if_they_are_for_supported_signatures() {
    for (name, ours) in [
        ("3_1.ec_public_key", ACCEPTED),
        ("3_2.ec_private_key", "key_invalid"),
        ("3_3.rsa_public_key", "key_invalid"),
        ("3_4.rsa_private_key", "key_invalid"),
        ("3_5.symmetric_key_mac_computation", ACCEPTED),
        ("3_6.symmetric_key_encryption", "key_invalid"),
    ] {
        let Some(jwk) = file(&format!("jwk/{name}")) else {
            return;
        };
        let set = KeySet::from_json(&jwk.to_string());
        assert_eq!(outcome(&set), ours, "{name}");
        let as_set = KeySet::from_json(&json!({ "keys": [jwk] }).to_string());
        assert_eq!(outcome(&as_set), ours, "{name}");
    }
}
