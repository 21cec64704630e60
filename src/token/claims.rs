use crate::encoding::json::{self, JsonString, JsonValue};
use crate::error::{ClaimProblem, Malformation, TokenError};
use crate::time::{Round, UnixTime};

/// The registered claims of RFC 7519 §4.1 with their types checked.
pub(crate) struct RegisteredClaims<'c> {
    pub(crate) issuer: Option<JsonString<'c>>,
    pub(crate) subject: Option<JsonString<'c>>,
    pub(crate) audience: Option<Audience<'c>>,
    pub(crate) dates: Dates,
    names: Vec<JsonString<'c>>,
}

/// `exp`, `nbf` and `iat`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<UnixTime>,
    pub(crate) not_before: Option<UnixTime>,
    pub(crate) issued_at: Option<UnixTime>,
}

impl Dates {
    /// Reads the dates alone.
    pub(crate) fn read(claims: &str) -> Result<Self, TokenError> {
        let mut dates = Self::default();
        let mut problem = None;
        json::read_object(claims, |name, value| {
            if let Err(e) = dates.take(&name.decode(), value) {
                problem = problem.take().or(Some(e));
            }
        })
        .map_err(|_| Malformation::Json)?;
        problem.map_or(Ok(dates), Err)
    }

    /// Takes the member if it is a date. What a date must be and is not is an
    /// error: malformed is not absent.
    pub(crate) fn take(&mut self, name: &str, value: JsonValue<'_>) -> Result<(), TokenError> {
        let (slot, round) = match name {
            "exp" => (&mut self.expires_at, Round::Down),
            "nbf" => (&mut self.not_before, Round::Up),
            "iat" => (&mut self.issued_at, Round::Up),
            _ => return Ok(()),
        };
        *slot = match value {
            JsonValue::Number(text) => UnixTime::from_json_number(text, round),
            _ => None,
        };
        match slot {
            Some(_) => Ok(()),
            None => Err(TokenError::claim(name, ClaimProblem::Malformed)),
        }
    }
}

/// `aud`: one string, or an array of them (RFC 7519 §4.1.3), checked to hold
/// at least one and nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Audience<'c> {
    One(JsonString<'c>),
    Many(&'c str),
}

impl<'c> Audience<'c> {
    fn read(value: JsonValue<'c>) -> Option<Self> {
        match value {
            JsonValue::String(string) => (!string.is_empty()).then_some(Self::One(string)),
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

    /// Whether it names one of `wanted`.
    pub(crate) fn has_one_of(&self, wanted: &[String]) -> bool {
        let is_wanted = |has: JsonString<'_>| wanted.iter().any(|wanted| has.is(wanted));
        match *self {
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
    /// Reads a payload that must be one JSON object.
    pub(crate) fn read(text: &'c str) -> Result<Self, TokenError> {
        let mut issuer = None;
        let mut subject = None;
        let mut token_id = None;
        let mut audience = None;
        let mut dates = Dates::default();
        let mut problem = None;
        let names = json::read_object(text, |name, value| {
            let decoded = name.decode();
            let string = |slot: &mut Option<JsonString<'c>>| match value {
                JsonValue::String(string) => {
                    *slot = Some(string);
                    Ok(())
                }
                _ => Err(TokenError::claim(&decoded, ClaimProblem::Malformed)),
            };
            let taken = match &*decoded {
                "iss" => string(&mut issuer),
                "sub" => string(&mut subject),
                "jti" => string(&mut token_id),
                "aud" => {
                    audience = Audience::read(value);
                    match audience {
                        Some(_) => Ok(()),
                        None => Err(TokenError::claim("aud", ClaimProblem::Malformed)),
                    }
                }
                name => dates.take(name, value),
            };
            if let Err(e) = taken {
                problem = problem.take().or(Some(e));
            }
        })
        .map_err(|_| Malformation::Json)?;
        match problem {
            Some(problem) => Err(problem),
            None => Ok(Self {
                issuer,
                subject,
                audience,
                dates,
                names,
            }),
        }
    }

    /// Whether there is no claim at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether there is a claim of this name, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.names.iter().any(|has| has.is(name))
    }
}
