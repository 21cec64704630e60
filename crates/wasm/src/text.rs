//! Reads keys and options from JSON. JavaScript writes this JSON once for each
//! `Verifier` or `Signer`, and has checked the types of the options. A wrong type here
//! is a bug of the JavaScript side, and the call fails.

use super::error::CallError;
use portcullis::encoding::json::{self, JsonString, JsonValue};

const MISTYPED: CallError = CallError::Argument("an option has the wrong type");

/// Calls `member` for each member of an object.
pub(crate) fn read_object<'a>(
    text: &'a str,
    mut member: impl FnMut(&str, &JsonValue<'a>) -> Result<(), CallError>,
) -> Result<(), CallError> {
    let mut outcome = Ok(());
    json::read_object(text, |name, value| {
        if outcome.is_ok() {
            outcome = member(&name.decode(), value);
        }
    })
    .map_err(|_| MISTYPED)?;
    outcome
}

pub(crate) fn string(value: &JsonValue<'_>) -> Result<String, CallError> {
    match value {
        JsonValue::String(text) => Ok(JsonString::decode(text).into_owned()),
        _ => Err(MISTYPED),
    }
}

pub(crate) fn strings(value: &JsonValue<'_>) -> Result<Vec<String>, CallError> {
    let JsonValue::Array(text) = value else {
        return Err(MISTYPED);
    };
    let mut all = Vec::new();
    let mut outcome = Ok(());
    json::read_array(text, |element| match string(element) {
        Ok(one) => all.push(one),
        Err(refusal) => outcome = Err(refusal),
    })
    .map_err(|_| MISTYPED)?;
    outcome.map(|()| all)
}

pub(crate) fn flag(value: &JsonValue<'_>) -> Result<bool, CallError> {
    match value {
        JsonValue::Bool(flag) => Ok(*flag),
        _ => Err(MISTYPED),
    }
}

/// The JSON of a JWK or a JWK Set. Any other value becomes an empty text, which the
/// reader of the key rejects.
pub(crate) fn key<'a>(value: &JsonValue<'a>) -> &'a str {
    match value {
        JsonValue::Object(text) => text,
        _ => "",
    }
}
