use crate::encoding::json::{self, JsonString, JsonValue, Name};
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

/// A date that is there. What a date must be and is not is remembered as
/// such: malformed is not absent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClaimDate(Option<UnixTime>);

impl ClaimDate {
    pub(crate) fn read(value: JsonValue<'_>, round: Round) -> Self {
        Self(match value {
            JsonValue::Number(text) => UnixTime::from_json_number(text, round),
            _ => None,
        })
    }

    pub(crate) fn named(self, name: &str) -> Result<UnixTime, TokenError> {
        self.0
            .ok_or_else(|| TokenError::claim(name, ClaimProblem::Malformed))
    }
}

impl Dates {
    /// Reads the dates alone.
    pub(crate) fn read(claims: &str) -> Result<Self, TokenError> {
        let mut dates = Self::default();
        let mut malformed = None;
        json::read_object(claims, |name, value| {
            if let Err(name) = dates.take(name, value) {
                malformed = malformed.or(Some(name));
            }
        })
        .map_err(|_| Malformation::Json)?;
        match malformed {
            None => Ok(dates),
            Some(name) => Err(TokenError::claim(name, ClaimProblem::Malformed)),
        }
    }

    /// Takes the member if it is a date; the name of one that is malformed is
    /// the error.
    fn take(&mut self, name: JsonString<'_>, value: JsonValue<'_>) -> Result<(), &'static str> {
        let (slot, round, name) = if name.is_name(&EXP) {
            (&mut self.expires_at, Round::Down, EXP.text)
        } else if name.is_name(&IAT) {
            (&mut self.issued_at, Round::Up, IAT.text)
        } else if name.is_name(&NBF) {
            (&mut self.not_before, Round::Up, NBF.text)
        } else {
            return Ok(());
        };
        *slot = ClaimDate::read(value, round).0;
        match slot {
            Some(_) => Ok(()),
            None => Err(name),
        }
    }
}

const ISS: Name = Name::new("iss");
const SUB: Name = Name::new("sub");
const AUD: Name = Name::new("aud");
const EXP: Name = Name::new("exp");
const NBF: Name = Name::new("nbf");
const IAT: Name = Name::new("iat");
const JTI: Name = Name::new("jti");

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
        let mut malformed = None;
        let names = json::read_object(text, |name, value| {
            let string = |slot: &mut Option<JsonString<'c>>, name: &Name| match value {
                JsonValue::String(string) => {
                    *slot = Some(string);
                    Ok(())
                }
                _ => Err(name.text),
            };
            let taken = if name.is_name(&ISS) {
                string(&mut issuer, &ISS)
            } else if name.is_name(&SUB) {
                string(&mut subject, &SUB)
            } else if name.is_name(&JTI) {
                string(&mut token_id, &JTI)
            } else if name.is_name(&AUD) {
                audience = Audience::read(value);
                audience.map(|_| ()).ok_or(AUD.text)
            } else {
                dates.take(name, value)
            };
            if let Err(name) = taken {
                malformed = malformed.or(Some(name));
            }
        })
        .map_err(|_| Malformation::Json)?;
        match malformed {
            Some(name) => Err(TokenError::claim(name, ClaimProblem::Malformed)),
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
