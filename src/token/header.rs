use crate::encoding::json::{self, JsonString, JsonValue};
use crate::error::{Malformation, TokenError};
use crate::key::KeyId;
use crate::time::{Round, UnixTime};

/// What a token says of itself (RFC 7515 §4), before anyone believes it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnverifiedHeader<'h> {
    pub(crate) algorithm: JsonString<'h>,
    pub(crate) key_id: Option<JsonString<'h>>,
    pub(crate) token_type: Option<JsonString<'h>>,
    /// Dates in the header, as itsdangerous writes them. No claim of a JWT.
    pub(crate) dates: HeaderDates<'h>,
}

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct HeaderDates<'h> {
    expiry: Option<&'h str>,
    issued: Option<&'h str>,
}

impl HeaderDates<'_> {
    pub(crate) fn has_expiry(&self) -> bool {
        self.expiry.is_some()
    }

    pub(crate) fn expires_at(&self) -> Option<UnixTime> {
        UnixTime::from_json_number(self.expiry?, Round::Down)
    }

    pub(crate) fn issued_at(&self) -> Option<UnixTime> {
        UnixTime::from_json_number(self.issued?, Round::Up)
    }
}

impl<'h> UnverifiedHeader<'h> {
    /// Reads a header. `jwk`, `jku`, `x5u` and `x5c` are disregarded: a token
    /// does not bring its own key (RFC 8725 §3.10).
    pub(crate) fn read(text: &'h str) -> Result<Self, TokenError> {
        let mut algorithm = None;
        let mut key_id = None;
        let mut token_type = None;
        let mut dates = HeaderDates::default();
        let mut extension = false;
        let mut mistyped = false;
        json::read_object(text, |name, value| {
            let mut string = |slot: &mut Option<JsonString<'h>>| match value {
                JsonValue::String(string) => *slot = Some(string),
                _ => mistyped = true,
            };
            // Names with escapes are rare enough to be decoded each.
            match &*name.decode() {
                "alg" => string(&mut algorithm),
                "kid" => string(&mut key_id),
                "typ" => string(&mut token_type),
                "crit" | "b64" => extension = true,
                "exp" => dates.expiry = number(value),
                "iat" => dates.issued = number(value),
                _ => {}
            }
        })
        .map_err(|_| Malformation::Json)?;
        if extension {
            return Err(Malformation::Extension.into());
        }
        let long_id = key_id.is_some_and(|id| id.decode().len() > KeyId::MAX_LENGTH);
        if mistyped || long_id {
            return Err(Malformation::Header.into());
        }
        Ok(Self {
            algorithm: algorithm.ok_or(Malformation::Header)?,
            key_id,
            token_type,
            dates,
        })
    }
}

fn number(value: JsonValue<'_>) -> Option<&str> {
    match value {
        JsonValue::Number(text) => Some(text),
        _ => None,
    }
}
