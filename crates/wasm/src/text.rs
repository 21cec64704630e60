//! Keys and options as JSON: what JavaScript writes once for many tokens. Its
//! side has checked the types of the options; what is of another type here is
//! a mistake of that side, and refused.

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

/// A JWK or a JWK Set, as it stands; anything else is for the key's reader to
/// refuse.
pub(crate) fn key<'a>(value: &JsonValue<'a>) -> &'a str {
    match value {
        JsonValue::Object(text) => text,
        _ => "",
    }
}
