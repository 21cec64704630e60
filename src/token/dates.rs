use super::decoded::{ClaimsVisitor, DecodedClaims};
use crate::encoding::json::{JsonString, JsonValue, Name};
use crate::error::{ClaimProblem, TokenError};
use crate::time::{Round, UnixTime};

/// `exp`, `nbf` and `iat`.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<UnixTime>,
    pub(crate) not_before: Option<UnixTime>,
    pub(crate) issued_at: Option<UnixTime>,
}

/// The same as they stand in a token. One that is no date, or beyond the
/// range, is remembered as such: malformed is not absent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct StatedDates {
    expires_at: Option<StatedDate>,
    not_before: Option<StatedDate>,
    issued_at: Option<StatedDate>,
}

type StatedDate = Option<UnixTime>;

const EXP: Name = Name::new("exp");
const NBF: Name = Name::new("nbf");
const IAT: Name = Name::new("iat");

impl StatedDates {
    /// Reads the dates of claims, and nothing else of them.
    pub(crate) fn read<V: ClaimsVisitor>(claims: DecodedClaims<'_, V>) -> Result<Self, TokenError> {
        let mut dates = Self::default();
        claims.read(|name, value| dates.take(name, value))?;
        Ok(dates)
    }

    /// Takes the member if it is one of them.
    pub(crate) fn take(&mut self, name: &JsonString<'_>, value: &JsonValue<'_>) {
        let (slot, round) = if name.is_name(&EXP) {
            (&mut self.expires_at, Round::Down)
        } else if name.is_name(&IAT) {
            (&mut self.issued_at, Round::Up)
        } else if name.is_name(&NBF) {
            (&mut self.not_before, Round::Up)
        } else {
            return;
        };
        *slot = Some(match value {
            JsonValue::Number(text) => UnixTime::from_json_number(text, round),
            _ => None,
        });
    }

    /// itsdangerous writes no `nbf`: in a header it is no date.
    pub(crate) fn of_header(self) -> Self {
        Self {
            not_before: None,
            ..self
        }
    }

    pub(crate) fn states_expiry(&self) -> bool {
        self.expires_at.is_some()
    }

    pub(crate) fn checked(&self) -> Result<Dates, TokenError> {
        let date = |name, date: Option<StatedDate>| match date {
            Some(None) => Err(TokenError::claim(name, ClaimProblem::Malformed)),
            Some(date) => Ok(date),
            None => Ok(None),
        };
        Ok(Dates {
            expires_at: date("exp", self.expires_at)?,
            not_before: date("nbf", self.not_before)?,
            issued_at: date("iat", self.issued_at)?,
        })
    }
}
