//! Any key, generated, written and read again.

use portcullis::key::{Algorithm, KeySet, PublicJwk, SecretJwk, SecretJwkSet, SecretKey};
use portcullis::token::{Policy, SignOptions, Signer, Verifier};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::*;

fn any_algorithm() -> impl Strategy<Value = Algorithm> {
    prop::sample::select(vec![
        Algorithm::Hs256,
        Algorithm::Hs384,
        Algorithm::Hs512,
        Algorithm::EdDsa,
        Algorithm::Es256,
    ])
}

fn any_random() -> impl Strategy<Value = [u8; 64]> {
    prop::collection::vec(any::<u8>(), 64).prop_map(|bytes| bytes.try_into().unwrap())
}

/// The key's JSON with more members, in another order and with white space.
fn rewritten(jwk: &str, id: &str, more: &Map<String, Value>) -> String {
    let members: Map<String, Value> = serde_json::from_str(jwk).unwrap();
    let mut members: Vec<_> = members
        .iter()
        .chain(more)
        .filter(|(name, _)| *name != "kid")
        .collect();
    let id = (String::from("kid"), Value::from(id));
    members.insert(members.len() / 2, (&id.0, &id.1));
    let members: Vec<_> = members
        .iter()
        .rev()
        .map(|(name, value)| format!(" {} :\n{value} ", Value::from(name.as_str())))
        .collect();
    format!("\t{{{}}}", members.join(","))
}

proptest! {
    // Generating a P-256 key takes long without optimization.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_jwk_is_read_as_it_was_written(
        algorithm in any_algorithm(),
        random in any_random(),
        id in ".{1,40}",
        more in prop::collection::btree_map("x-.{0,4}", super::any_json(), 0..4),
    ) {
        let made = SecretJwk::generate(algorithm, &random).unwrap();
        prop_assert_eq!(made.id().unwrap().as_str(), made.thumbprint());
        let read = SecretJwk::from_json(&made.to_json()).unwrap();
        prop_assert_eq!(read.to_json(), made.to_json());

        let more: Map<_, _> = more.into_iter().collect();
        let renamed = SecretJwk::from_json(&rewritten(&made.to_json(), &id, &more)).unwrap();
        prop_assert_eq!(renamed.algorithm(), algorithm);
        prop_assert_eq!(renamed.id().unwrap().as_str(), id);
        prop_assert_eq!(renamed.thumbprint(), made.thumbprint());
        let again = SecretJwk::from_json(&renamed.to_json()).unwrap();
        prop_assert_eq!(again.to_json(), renamed.to_json());

        match algorithm {
            Algorithm::EdDsa | Algorithm::Es256 => {
                let public = renamed.public().unwrap();
                let text = public.to_json();
                prop_assert!(PublicJwk::from_json(&renamed.to_json()).is_err());
                let read = PublicJwk::from_json(&text).unwrap();
                prop_assert_eq!(read.to_json(), text);
                prop_assert_eq!(read.thumbprint(), made.thumbprint());
            }
            _ => prop_assert_eq!(code(renamed.public()), "key_invalid"),
        }
    }

    #[test]
    fn each_key_of_a_set_verifies_its_own_tokens_and_no_others(
        algorithms in prop::collection::vec(any_algorithm(), 1..4),
        random in any_random(),
    ) {
        let keys = algorithms.iter().enumerate().map(|(i, algorithm)| {
            let mut random = random;
            random[0] = u8::try_from(i).unwrap();
            SecretJwk::generate(*algorithm, &random).unwrap()
        });
        let written = SecretJwkSet::new(keys.collect()).to_json();
        let set = SecretJwkSet::from_json(&written).unwrap();
        let verifier = Verifier::new(
            KeySet::from_jwk_set(&set).unwrap(),
            Policy { required_claims: vec![], ..Policy::default() },
        );
        let sign = |jwk: &SecretJwk, id: &str| {
            let key = SecretKey::from_jwk(jwk).unwrap().with_id(id).unwrap();
            let signer = Signer::new(key, SignOptions::default()).unwrap();
            signer.sign_json("{}", at(NOW), [0; 16]).unwrap()
        };
        for (i, key) in set.keys().iter().enumerate() {
            let token = sign(key, key.id().unwrap().as_str());
            prop_assert!(verifier.verify(&token, at(NOW)).is_ok());
            for other in set.keys().iter().take(i) {
                let token = sign(key, other.id().unwrap().as_str());
                prop_assert!(verifier.verify(&token, at(NOW)).is_err());
            }
        }
    }
}
