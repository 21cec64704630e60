//! Reads keys and options from JSON. JavaScript writes this JSON once for each
//! `Verifier` or `Signer`, and has checked the types of the options. A wrong type here
//! is a bug of the JavaScript side, and the call fails.

use super::error::CallError;
use portcullis::encoding::json::{self, JsonString, JsonValue};

pub(crate) const MISTYPED: CallError = CallError::Argument("an option has the wrong type");

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
    read_array(text, |element| {
        all.push(string(element)?);
        Ok(())
    })?;
    Ok(all)
}

/// Calls `element` for each element of an array.
pub(crate) fn read_array<'a>(
    text: &'a str,
    mut element: impl FnMut(&JsonValue<'a>) -> Result<(), CallError>,
) -> Result<(), CallError> {
    let mut outcome = Ok(());
    json::read_array(text, |value| {
        if outcome.is_ok() {
            outcome = element(value);
        }
    })
    .map_err(|_| MISTYPED)?;
    outcome
}

/// A whole number of at most 2^53 − 1. The code that reads fractions is large.
pub(crate) fn whole_number(value: &JsonValue<'_>) -> Result<u64, CallError> {
    match value {
        JsonValue::Number(text) => json::small_integer(text).ok_or(MISTYPED),
        _ => Err(MISTYPED),
    }
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
