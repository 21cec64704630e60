//! `rfc/rfc_examples.json`: the examples of RFC 7515 and RFC 8037, and the
//! HMACs of RFC 4231.

use portcullis::key::{Algorithm, KeySet, VerifyingKey};
use portcullis::token::{Policy, Verifier};
use serde_json::{Value, json};

use super::jws::judge_with;
use super::{ACCEPTED, Run, list, outcome, read, text, unhex};
use crate::support::*;

#[test]
fn the_examples_of_the_rfcs_have_their_results() {
    let Some(file) = read("rfc/rfc_examples.json") else {
        return;
    };
    let mut run = Run::of("rfc");
    for case in list(&file, "jws") {
        let id = text(case, "id");
        let token = text(case, "token");
        let says = text(case, "result");
        let Value::Object(jwk) = &case["jwk"] else {
            // `alg: none` needs no key, and is refused with any key.
            let ours = code(verify(token));
            let agrees = says == "reject-by-policy" && ours == "token_algorithm_not_allowed";
            run.case(id, says, agrees, ours);
            continue;
        };
        let mut jwk = Value::Object(jwk.clone());
        jwk["alg"] = json!(text(case, "alg"));
        let ours = judge_with(&jwk, token);
        run.case(id, says, ours == ACCEPTED, ours);
        // The examples with claims are JWTs, until they expire.
        let verifier = Verifier::new(
            KeySet::from_json(&jwk.to_string()).unwrap(),
            Policy::default(),
        );
        let before = verifier.verify(token, at(1_300_819_379));
        assert_eq!(before.is_ok(), says == "valid", "{id}: {before:?}");
        assert!(verifier.verify(token, at(1_300_819_380)).is_err(), "{id}");
    }
    run.end(4);
}

#[test]
fn our_hmacs_have_the_results_of_rfc_4231() {
    let Some(file) = read("rfc/rfc_examples.json") else {
        return;
    };
    let mut seen = 0;
    for case in list(&file, "hmac_rfc4231") {
        for name in ["HS256", "HS384", "HS512"] {
            let algorithm = Algorithm::from_name(name).unwrap();
            let key = VerifyingKey::legacy_secret(algorithm, &unhex(text(case, "key"))).unwrap();
            let (data, mut tag) = (unhex(text(case, "data")), unhex(text(case, name)));
            assert_eq!(outcome(&key.verify_signature(&data, &tag)), ACCEPTED);
            tag[0] ^= 1;
            let wrong = key.verify_signature(&data, &tag);
            assert_eq!(outcome(&wrong), "token_signature_invalid");
            seen += 1;
        }
    }
    assert_eq!(seen, 18);
}
