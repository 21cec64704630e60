//! For any input, not only for those someone thought of.

use core::time::Duration;

use portcullis::encoding::json::read_value;
use portcullis::token::{Policy, SignOptions, Signer, UnverifiedToken};
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn any_claims() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("x.{0,8}", any_json(), 0..6)
        .prop_map(|map| map.into_iter().collect())
}

fn signer() -> Signer {
    let options = SignOptions {
        expires_in: Some(Duration::from_secs(60)),
        ..SignOptions::default()
    };
    Signer::new(secret_key(), options).unwrap()
}

proptest! {
    #[test]
    fn what_is_signed_is_what_is_verified(claims in any_claims()) {
        let token = signer().sign(&claims, at(NOW), [0; 16]).unwrap();
        let policy = Policy { max_token_length: usize::MAX, ..Policy::default() };
        let mut read: Map<String, Value> = verify_with(&token, policy).unwrap().claims().unwrap();
        prop_assert_eq!(read.remove("iat"), Some(Value::from(NOW)));
        prop_assert_eq!(read.remove("exp"), Some(Value::from(NOW + 60)));
        prop_assert_eq!(read, claims);
    }

    #[test]
    fn any_changed_byte_is_refused(at_byte in any::<prop::sample::Index>(), byte in any::<char>()) {
        let token = signer().sign_json(r#"{"id":1}"#, at(NOW), [0; 16]).unwrap();
        let at_byte = at_byte.index(token.len());
        let changed = format!("{}{byte}{}", &token[..at_byte], &token[at_byte + 1..]);
        prop_assert!(changed == token || verify(&changed).is_err());
    }

    #[test]
    fn no_string_makes_the_readers_panic(text in any::<String>()) {
        let inspect = |token: &str| {
            UnverifiedToken::parse(token).and_then(|token| token.inspect(at(NOW), Duration::ZERO))
        };
        let _ = inspect(&text);
        let _ = verify(&text);
        let _ = read_value(&text);
        let _ = inspect(&format!("{}.{}.", base64url(&text), base64url(&text)));
        let _ = inspect(&claims(&text));
        let _ = verify(&sign(&text, &text));
        let _ = verify(&claims(&text));
    }

    #[test]
    fn what_is_accepted_encodes_to_itself(header in any_claims(), payload in any_claims()) {
        let header = format!(r#"{{"alg":"HS256","y":{}}}"#, Value::from(header));
        let token = sign(header, Value::from(payload).to_string());
        let unverified = UnverifiedToken::parse(&token).unwrap();
        let again = sign(unverified.json().header(), unverified.json().claims());
        prop_assert_eq!(again, token);
    }

    #[test]
    fn strict_json_is_a_part_of_json(text in any_json().prop_map(|v| v.to_string()), cut in any::<prop::sample::Index>()) {
        prop_assert!(read_value(&text).is_ok());
        let cut = cut.index(text.len());
        if let Some(part) = text.get(..cut) && read_value(part).is_ok() {
            prop_assert!(serde_json::from_str::<Value>(part).is_ok());
        }
    }
}
