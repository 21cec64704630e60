use core::time::Duration;

use super::MAX_LENGTH;
use super::compact::Compact;
use super::dates::{Dates, StatedDates};
use super::decoded::{ClaimsVisitor, TokenJson};
use super::reader::TokenReader;
use crate::encoding::base64url;
use crate::error::{Malformation, TokenError};
use crate::time::UnixTime;

/// A token that was read but whose signature nobody has checked. Anyone can
/// have written it: fit to be shown, or to plan a refresh, never to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedToken {
    json: TokenJson,
    dates: PartDates,
}

/// What both parts state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PartDates {
    header: StatedDates,
    claims: StatedDates,
}

impl UnverifiedToken {
    /// Reads a token of at most [`MAX_LENGTH`] bytes.
    ///
    /// # Errors
    /// `token_malformed` when it is not three parts of canonical base64url,
    /// of which the first two are strict JSON objects, or asks for an
    /// extension. The signature may be empty here.
    pub fn parse(token: &str) -> Result<Self, TokenError> {
        let mut reader = TokenReader::new();
        let dates = PartDates::parse(token.as_bytes(), &mut reader)?;
        Ok(Self {
            json: reader.into_json(),
            dates,
        })
    }

    /// As [`parse`](Self::parse), into a reader that is used again.
    ///
    /// # Errors
    /// As [`parse`](Self::parse); the reader is then empty.
    pub fn parse_into<V: ClaimsVisitor>(
        token: &[u8],
        reader: &mut TokenReader<V>,
    ) -> Result<(), TokenError> {
        PartDates::parse(token, reader).map(drop)
    }

    /// Parses and inspects a token in one call, into a reader that is used
    /// again.
    ///
    /// # Errors
    /// As [`parse`](Self::parse) and [`inspect`](Self::inspect); the reader is
    /// then empty.
    pub fn inspect_into<V: ClaimsVisitor>(
        token: &[u8],
        now: UnixTime,
        leeway: Duration,
        reader: &mut TokenReader<V>,
    ) -> Result<Inspection, TokenError> {
        let dates = PartDates::parse(token, reader)?;
        let inspection = Inspection::new(&dates, now, leeway);
        if inspection.is_err() {
            reader.clear();
        }
        inspection
    }

    /// The header and the claims as JSON.
    #[must_use]
    pub fn json(&self) -> &TokenJson {
        &self.json
    }

    /// What the token says of its time.
    ///
    /// # Errors
    /// `token_claim_invalid` when `exp`, `nbf` or `iat` is not a number or is
    /// beyond the range: malformed is not absent.
    pub fn inspect(&self, now: UnixTime, leeway: Duration) -> Result<Inspection, TokenError> {
        Inspection::new(&self.dates, now, leeway)
    }
}

impl PartDates {
    /// Parses a token; leaves nothing in the reader if it is none.
    fn parse<V: ClaimsVisitor>(
        token: &[u8],
        reader: &mut TokenReader<V>,
    ) -> Result<Self, TokenError> {
        let outcome = Compact::split(token, MAX_LENGTH).and_then(|token| {
            let (header, claims) = reader.open(&token)?;
            let dates = Self {
                header: header.dates,
                claims: StatedDates::read(claims.decode(&token)?)?,
            };
            // Only its alphabet counts here, and how long it is.
            base64url::check(token.signature).map_err(|_| Malformation::Base64)?;
            Ok(dates)
        });
        if outcome.is_err() {
            reader.clear();
        }
        outcome
    }
}

/// What an unverified token says of its time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inspection {
    /// Where `now` lies.
    pub status: Status,
    /// `iat`, or that of the header of an itsdangerous token; not verified.
    pub issued_at: Option<UnixTime>,
    /// `nbf`; not verified.
    pub not_before: Option<UnixTime>,
    /// `exp`, or that of the header of an itsdangerous token; not verified.
    pub expires_at: Option<UnixTime>,
    /// Seconds until `exp`: negative when it is over, infinite without one.
    pub seconds_left: f64,
    /// The dates stood in the header, as itsdangerous writes them. Such a
    /// token is still current in the second at which it expires.
    pub legacy: bool,
}

/// Where `now` lies in a token's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Begun and not over.
    Current,
    /// Over.
    Expired,
    /// Not begun.
    NotYetValid,
    /// Begun, and without an end.
    NeverExpires,
}

impl Status {
    /// `current`, `expired`, `not-yet-valid` or `never-expires`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Expired => "expired",
            Self::NotYetValid => "not-yet-valid",
            Self::NeverExpires => "never-expires",
        }
    }
}

impl Inspection {
    fn new(stated: &PartDates, now: UnixTime, leeway: Duration) -> Result<Self, TokenError> {
        let dates = stated.claims.checked()?;
        // Dates in the claims go before dates in the header.
        let legacy = dates.expires_at.is_none() && stated.header.states_expiry();
        let in_header = if legacy {
            stated.header.checked()?
        } else {
            Dates::default()
        };
        let not_before = dates.not_before;
        let expires_at = dates.expires_at.or(in_header.expires_at);
        let issued_at = dates.issued_at.or(in_header.issued_at);
        let over = expires_at
            .map(|end| end.saturating_add(leeway))
            .is_some_and(|end| {
                if legacy {
                    // Whole seconds, as its verifier counts.
                    end.floor() < now.floor()
                } else {
                    end <= now
                }
            });
        let begun = not_before.is_none_or(|start| start <= now.saturating_add(leeway));
        let status = match expires_at {
            _ if over => Status::Expired,
            _ if !begun => Status::NotYetValid,
            Some(_) => Status::Current,
            None => Status::NeverExpires,
        };
        Ok(Self {
            status,
            issued_at,
            not_before,
            expires_at,
            seconds_left: match expires_at {
                // In its last second, which is counted as a whole.
                Some(end) if legacy && end.floor() == now.floor() => {
                    end.seconds_since(now).max(0.0)
                }
                Some(end) => end.seconds_since(now),
                None => f64::INFINITY,
            },
            legacy,
        })
    }
}
