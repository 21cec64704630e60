//! The date claims `exp`, `nbf` and `iat`, before and after they are checked.

use super::decoded::{ClaimsVisitor, DecodedClaims};
use crate::encoding::json::{JsonString, JsonValue, Name};
use crate::error::{ClaimProblem, TokenError};
use crate::time::{Round, UnixTime};

/// `exp`, `nbf` and `iat`, checked.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Dates {
    pub(crate) expires_at: Option<UnixTime>,
    pub(crate) not_before: Option<UnixTime>,
    pub(crate) issued_at: Option<UnixTime>,
}

/// `exp`, `nbf` and `iat` as the token has them. `None` is a member that is absent.
/// `Some(None)` is a member that is not a number or is out of range.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct UncheckedDates {
    expires_at: Option<UncheckedDate>,
    not_before: Option<UncheckedDate>,
    issued_at: Option<UncheckedDate>,
}

type UncheckedDate = Option<UnixTime>;

const EXP: Name = Name::new("exp");
const NBF: Name = Name::new("nbf");
const IAT: Name = Name::new("iat");

impl UncheckedDates {
    /// Reads the dates from the claims and ignores all other claims.
    pub(crate) fn read<V: ClaimsVisitor>(claims: DecodedClaims<'_, V>) -> Result<Self, TokenError> {
        let mut dates = Self::default();
        claims.read(|name, value| dates.read_member(name, value))?;
        Ok(dates)
    }

    /// Stores the member if it is named `exp`, `nbf` or `iat`.
    pub(crate) fn read_member(&mut self, name: &JsonString<'_>, value: &JsonValue<'_>) {
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

    /// Drops `nbf`. Used for a header: itsdangerous does not write `nbf` there, so a
    /// member of this name is not a date.
    pub(crate) fn without_not_before(self) -> Self {
        Self {
            not_before: None,
            ..self
        }
    }

    pub(crate) fn has_expiry(&self) -> bool {
        self.expires_at.is_some()
    }

    /// Returns the dates, or an error if one of them is malformed.
    pub(crate) fn checked(&self) -> Result<Dates, TokenError> {
        let date = |name, date: Option<UncheckedDate>| match date {
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
