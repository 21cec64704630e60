//! `derived/jwt_attacks_hs256.json`: at least one token for most rows of the list
//! of attacks.

use std::collections::BTreeMap;

use portcullis::key::{Algorithm, SecretKey};
use portcullis::token::{Policy, Verifier};

use super::{ACCEPTED, Run, assert_codes, list, outcome, read, text};
use crate::support::*;

#[test]
fn every_derived_attack_has_its_result_and_its_code() {
    let Some(file) = read("derived/jwt_attacks_hs256.json") else {
        return;
    };
    assert_eq!(text(&file, "key_hex"), "07".repeat(64));
    assert_eq!(file["now"].as_i64(), Some(NOW));
    let mut run = Run::of("derived");
    let mut codes = BTreeMap::new();
    for vector in list(&file, "vectors") {
        let class = text(vector, "cls");
        let policy = Policy {
            issuers: (class == "iss")
                .then(|| "https://issuer.test".into())
                .into_iter()
                .collect(),
            audiences: (class == "aud").then(|| "api".into()).into_iter().collect(),
            token_type: (class == "cross-jwt").then(|| "JWT".into()),
            ..Policy::default()
        };
        let key = SecretKey::new(Algorithm::Hs256, &[7; 64]).unwrap();
        // `kid` must be known if there is a name to compare it with.
        let key = if class == "kid-injection" {
            key.with_id("known").unwrap()
        } else {
            key
        };
        let verifier = Verifier::with_key(key, policy).unwrap();
        let ours = outcome(&verifier.verify(text(vector, "token"), at(NOW)));
        let (id, says) = (text(vector, "id"), text(vector, "expect"));
        let agrees = match says {
            "accept" => ours == ACCEPTED,
            "reject" | "policy-reject" | "reject-or-clamp" => ours != ACCEPTED,
            "unknown-kid-reject" => ["token_key_unknown", "token_malformed"].contains(&ours),
            // The table of codes fixes which of the two results is ours.
            "ignore-or-reject" | "no-panic" => true,
            other => panic!("{id} expects {other}"),
        };
        run.case(id, says, agrees, ours);
        codes.insert(id.to_owned(), ours);
    }
    run.end(113);
    assert_codes("derived", &codes);
}
