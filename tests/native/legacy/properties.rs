//! Properties that hold for any input.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(any::<String>(), inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_signed_payload_is_the_verified_payload(payload in any_json(), left in 0..=1000_i64) {
        let text = payload.to_string();
        let token = sign_512(format!(r#"{{"alg":"HS512","iat":{ISSUED},"exp":{LAST}}}"#), &text);
        let now = at(LAST - left);
        prop_assume!(token.len() <= MAX_LENGTH);
        let verified = legacy(Algorithm::Hs512).verify(&token, now).unwrap();
        prop_assert_eq!(verified.payload_json(), text);
        prop_assert_eq!(verified.payload::<Value>().unwrap(), payload);
        // An accepted text encodes to itself.
        prop_assert_eq!(sign_512(verified.header_json(), verified.payload_json()), token);
    }

    #[test]
    fn any_changed_byte_is_refused(place in any::<prop::sample::Index>(), c in any::<char>()) {
        let place = place.index(HS512.len());
        let changed = format!("{}{c}{}", &HS512[..place], &HS512[place + 1..]);
        prop_assert!(changed == HS512 || judge(&changed).is_err());
    }

    #[test]
    fn no_string_makes_the_reader_panic(text in any::<String>(), other in any::<String>()) {
        let _ = judge(&text);
        let _ = judge(&sign_512(&text, &other));
        let _ = judge(&sign_parts_512(&text, &other));
        let _ = with_header(&text);
        let _ = with_payload(&text);
    }

    #[test]
    fn no_token_is_accepted_by_this_verifier_and_the_plain_one(
        header in any_json(),
        payload in any_json(),
        dated in any::<bool>(),
    ) {
        let secret = [7; 64];
        let payload = if dated {
            format!(r#"{{"exp":{LAST},"iat":{ISSUED},"x":{payload}}}"#)
        } else {
            payload.to_string()
        };
        let token = sign_parts_512_with(
            &secret,
            &base64url(format!(r#"{{"alg":"HS512","exp":{LAST},"x":{header}}}"#)),
            &base64url(payload),
        );
        let key = SecretKey::new(Algorithm::Hs512, &secret).unwrap();
        let policy = Policy { required_claims: Vec::new(), ..Policy::default() };
        let plain = Verifier::with_key(key, policy).unwrap();
        let legacy = LegacyVerifier::new(Algorithm::Hs512, &[secret], None).unwrap();
        prop_assume!(token.len() <= MAX_LENGTH);
        prop_assert!(legacy.verify(&token, at(ISSUED)).is_ok());
        prop_assert!(plain.verify(&token, at(ISSUED)).is_err());
    }
}
