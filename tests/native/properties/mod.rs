//! Properties that hold for any input.

mod accounts;
mod dates;
mod encodings;
mod exact;
mod json;
mod keys;
mod readers;
mod stored_hashes;
mod tokens;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use serde_json::{Map, Value};

use crate::support::*;

/// `None` if the text is not canonical.
fn base64url_decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// Any JSON value, within the depth that claims may have.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Few binary digits, so that serde_json reads the number that it writes.
        any::<i16>().prop_map(|n| Value::from(f64::from(n) / 1024.0)),
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

/// Claims of any kind that have no registered name.
fn any_claims() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::btree_map("x.{0,8}", any_json(), 0..6)
        .prop_map(|map| map.into_iter().collect())
}

/// A text like a token, with a few characters replaced.
fn nearly_a_token() -> impl Strategy<Value = String> {
    let odd = prop_oneof![
        Just('.'),
        Just('='),
        Just('+'),
        Just('-'),
        Just('A'),
        any::<char>()
    ];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), 0..3_usize, odd), 0..4);
    let token = prop_oneof![
        any_claims().prop_map(|claims_| claims(&Value::Object(claims_).to_string())),
        (any::<Vec<u8>>(), any::<Vec<u8>>()).prop_map(|(header, payload)| sign(header, payload)),
        "[A-Za-z0-9_-]{0,12}(\\.[A-Za-z0-9_-]{0,12}){0,4}",
    ];
    (token, changes).prop_map(|(token, changes)| {
        let mut letters: Vec<_> = token.chars().collect();
        for (place, taken, put) in changes {
            let place = place.index(letters.len() + 1);
            letters.splice(place..(place + taken).min(letters.len()), [put]);
        }
        letters.into_iter().collect()
    })
}
