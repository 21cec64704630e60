//! The readers with any input.

use core::time::Duration;

use portcullis::encoding::json::read_value;
use portcullis::token::UnverifiedToken;
use proptest::prelude::*;
use serde_json::Value;

use super::{any_claims, base64url_decode, nearly_a_token};
use crate::support::*;

/// Reads `text` as a token in each way that needs no key.
fn inspect(text: &str) {
    for leeway in [Duration::ZERO, Duration::MAX] {
        for now in [at(NOW), at(-NOW), portcullis::time::UnixTime::MAX] {
            let _ = UnverifiedToken::parse(text).and_then(|token| token.inspect(now, leeway));
        }
    }
}

/// A text that is read as a token is written as the same text.
fn assert_encodes_to_itself(text: &str) {
    if let Ok(token) = UnverifiedToken::parse(text) {
        let input = format!(
            "{}.{}.",
            base64url(token.json().header()),
            base64url(token.json().claims())
        );
        assert!(text.starts_with(&input));
        let signature = base64url_decode(&text[input.len()..]).expect("is canonical");
        assert_eq!(text[input.len()..], base64url(signature));
    }
}

proptest! {
    #[test]
    fn no_string_makes_the_readers_panic(text in any::<String>()) {
        inspect(&text);
        let _ = verify(&text);
        let _ = read_value(&text);
        inspect(&format!("{}.{}.", base64url(&text), base64url(&text)));
        inspect(&claims(&text));
        let _ = verify(&sign(&text, &text));
        let _ = verify(&claims(&text));
    }

    #[test]
    fn no_bytes_make_the_readers_panic(bytes in any::<Vec<u8>>()) {
        let text = String::from_utf8_lossy(&bytes);
        inspect(&text);
        let _ = verify(&text);
        inspect(&sign(&bytes, &bytes));
        inspect(&sign(HEADER, &bytes));
        let _ = verify(&sign(&bytes, &bytes));
        let _ = verify(&sign(HEADER, &bytes));
    }

    #[test]
    fn nothing_like_a_token_makes_the_readers_panic(text in nearly_a_token()) {
        inspect(&text);
        let _ = verify(&text);
    }

    #[test]
    fn what_is_accepted_encodes_to_itself(
        header in any_claims(),
        payload in any_claims(),
        nearly in nearly_a_token(),
    ) {
        let header = format!(r#"{{"alg":"HS256","y":{}}}"#, Value::from(header));
        let token = sign(header, Value::from(payload).to_string());
        prop_assert!(UnverifiedToken::parse(&token).is_ok());
        assert_encodes_to_itself(&token);
        assert_encodes_to_itself(&nearly);
    }
}
