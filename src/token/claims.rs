//! The registered claims of a payload, with their types checked.

use super::dates::{Dates, UncheckedDates};
use super::decoded::DecodedClaims;
use crate::encoding::json::{self, JsonString, JsonValue, Name};
use crate::error::{ClaimProblem, TokenError};

/// The registered claims (RFC 7519 §4.1) with their types checked.
pub(crate) struct RegisteredClaims<'c> {
    pub(crate) issuer: Option<JsonString<'c>>,
    pub(crate) subject: Option<JsonString<'c>>,
    pub(crate) audience: Option<Audience<'c>>,
    pub(crate) dates: Dates,
    has_token_id: bool,
    is_empty: bool,
    /// The payload's JSON.
    text: &'c str,
}

const ISS: Name = Name::new("iss");
const SUB: Name = Name::new("sub");
const AUD: Name = Name::new("aud");
const JTI: Name = Name::new("jti");

/// `aud`: a non-empty string, or a non-empty array of non-empty strings
/// (RFC 7519 §4.1.3).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Audience<'c> {
    One(JsonString<'c>),
    /// The array's JSON, with its brackets.
    Many(&'c str),
}

impl<'c> Audience<'c> {
    fn read(value: &JsonValue<'c>) -> Option<Self> {
        match value {
            JsonValue::String(string) => (!string.is_empty()).then_some(Self::One(*string)),
            JsonValue::Array(text) => {
                let mut some = false;
                let mut only_strings = true;
                json::read_array(text, |element| {
                    some = true;
                    only_strings &= matches!(element, JsonValue::String(s) if !s.is_empty());
                })
                .ok()?;
                (some && only_strings).then_some(Self::Many(text))
            }
            _ => None,
        }
    }

    /// Whether `aud` contains one of `wanted`.
    pub(crate) fn has_one_of(&self, wanted: &[String]) -> bool {
        let is_wanted = |has: &JsonString<'_>| wanted.iter().any(|wanted| has.is(wanted));
        match self {
            Self::One(has) => is_wanted(has),
            Self::Many(text) => {
                let mut found = false;
                let read = json::read_array(text, |element| {
                    if let JsonValue::String(has) = element {
                        found |= is_wanted(has);
                    }
                });
                read.is_ok() && found
            }
        }
    }
}

impl<'c> RegisteredClaims<'c> {
    /// Reads a payload, which must be one JSON object.
    pub(crate) fn read(claims: DecodedClaims<'c>) -> Result<Self, TokenError> {
        let text = claims.text();
        let mut issuer = None;
        let mut subject = None;
        let mut token_id = None;
        let mut audience = None;
        let mut dates = UncheckedDates::default();
        let mut malformed = None;
        let mut is_empty = true;
        claims.read(|name, value| {
            is_empty = false;
            let mut string = |slot: &mut Option<JsonString<'c>>, name: &Name| match value {
                JsonValue::String(string) => *slot = Some(*string),
                _ => malformed = Some(name.text),
            };
            if name.is_name(&ISS) {
                string(&mut issuer, &ISS);
            } else if name.is_name(&SUB) {
                string(&mut subject, &SUB);
            } else if name.is_name(&JTI) {
                string(&mut token_id, &JTI);
            } else if name.is_name(&AUD) {
                audience = Audience::read(value);
                if audience.is_none() {
                    malformed = Some(AUD.text);
                }
            } else {
                dates.read_member(name, value);
            }
        })?;
        if let Some(name) = malformed {
            return Err(TokenError::claim(name, ClaimProblem::Malformed));
        }
        Ok(Self {
            issuer,
            subject,
            audience,
            dates: dates.checked()?,
            has_token_id: token_id.is_some(),
            is_empty,
            text,
        })
    }

    /// Whether the payload has no claims.
    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Whether the payload has a claim with this name, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        match name {
            "iss" => self.issuer.is_some(),
            "sub" => self.subject.is_some(),
            "aud" => self.audience.is_some(),
            "exp" => self.dates.expires_at.is_some(),
            "nbf" => self.dates.not_before.is_some(),
            "iat" => self.dates.issued_at.is_some(),
            "jti" => self.has_token_id,
            // A policy rarely requires a claim that is not registered. Only then is the
            // payload parsed again.
            _ => {
                let mut found = false;
                let read = json::read_object(self.text, |has, _| found |= has.is(name));
                read.is_ok() && found
            }
        }
    }
}
