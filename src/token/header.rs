use super::claims::Dates;
use crate::encoding::json::{self, JsonString, JsonValue};
use crate::error::{Malformation, TokenError};
use crate::key::KeyId;

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
    expiry: Option<JsonValue<'h>>,
    issued: Option<JsonValue<'h>>,
}

impl HeaderDates<'_> {
    pub(crate) fn has_expiry(&self) -> bool {
        self.expiry.is_some()
    }

    /// Malformed is not absent, here as in the claims.
    pub(crate) fn read(&self) -> Result<Dates, TokenError> {
        let mut dates = Dates::default();
        for (name, value) in [("exp", self.expiry), ("iat", self.issued)] {
            if let Some(value) = value {
                dates.take(name, value)?;
            }
        }
        Ok(dates)
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
                // `enc`, `zip` and `p2c` are a JWE's: it is none of ours
                // (RFC 7516 §9).
                "crit" | "b64" | "enc" | "zip" | "p2c" => extension = true,
                "exp" => dates.expiry = Some(value),
                "iat" => dates.issued = Some(value),
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
