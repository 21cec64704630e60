//! Reading a token and its dates without checking the signature.

use core::time::Duration;

use super::MAX_LENGTH;
use super::compact::Compact;
use super::dates::{Dates, UncheckedDates};
use super::decoded::{ClaimsVisitor, TokenJson};
use super::reader::TokenReader;
use crate::encoding::base64url;
use crate::error::{Malformation, TokenError};
use crate::time::UnixTime;

/// A token whose signature was not checked. Anyone can have written it.
///
/// Use it to display a token or to plan a refresh. Never base an authorization
/// on it.
///
/// ```
/// use core::time::Duration;
/// use portcullis::time::UnixTime;
/// use portcullis::token::{Status, UnverifiedToken};
///
/// # fn main() -> Result<(), portcullis::error::TokenError> {
/// // {"alg":"HS256"} and {"sub":"1"}, without a signature
/// let token = UnverifiedToken::parse("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.")?;
/// assert_eq!(token.json().claims(), r#"{"sub":"1"}"#);
///
/// let now = UnixTime::from_seconds(1_700_000_000).unwrap();
/// let inspection = token.inspect(now, Duration::ZERO)?;
/// assert_eq!(inspection.status, Status::NeverExpires);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedToken {
    json: TokenJson,
    dates: PartDates,
}

/// The dates in the header and the dates in the claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PartDates {
    header: UncheckedDates,
    claims: UncheckedDates,
}

impl UnverifiedToken {
    /// Reads a token of at most [`MAX_LENGTH`] bytes. The signature may be empty.
    ///
    /// # Errors
    /// `token_malformed` when the token does not consist of three parts in
    /// canonical base64url, when header or claims are not a strict JSON object,
    /// or when the header asks for an extension.
    pub fn parse(token: &str) -> Result<Self, TokenError> {
        let mut reader = TokenReader::new();
        let dates = PartDates::parse(token.as_bytes(), &mut reader)?;
        Ok(Self {
            json: reader.into_json(),
            dates,
        })
    }

    /// Does the same as [`parse`](Self::parse), but leaves the JSON in a reusable
    /// reader. Use it to read many tokens.
    ///
    /// # Errors
    /// The same as [`parse`](Self::parse). The reader is empty after an error.
    pub fn parse_into<V: ClaimsVisitor>(
        token: &[u8],
        reader: &mut TokenReader<V>,
    ) -> Result<(), TokenError> {
        PartDates::parse(token, reader).map(drop)
    }

    /// Parses and inspects a token in one call, with a reusable reader.
    ///
    /// # Errors
    /// The same as [`parse`](Self::parse) and [`inspect`](Self::inspect). The
    /// reader is empty after an error.
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

    /// Compares the token's unverified dates with `now`.
    ///
    /// # Errors
    /// `token_claim_invalid` when `exp`, `nbf` or `iat` is present but is not a
    /// number or is out of range.
    pub fn inspect(&self, now: UnixTime, leeway: Duration) -> Result<Inspection, TokenError> {
        Inspection::new(&self.dates, now, leeway)
    }
}

impl PartDates {
    /// Parses a token. Clears the reader on an error.
    fn parse<V: ClaimsVisitor>(
        token: &[u8],
        reader: &mut TokenReader<V>,
    ) -> Result<Self, TokenError> {
        let outcome = Compact::split(token, MAX_LENGTH).and_then(|token| {
            let (header, claims) = reader.open(&token)?;
            let dates = Self {
                header: header.dates,
                claims: UncheckedDates::read(claims.decode(&token)?)?,
            };
            // The signature is not verified here, so only its encoding is checked.
            base64url::check(token.signature).map_err(|_| Malformation::Base64)?;
            Ok(dates)
        });
        if outcome.is_err() {
            reader.clear();
        }
        outcome
    }
}

/// The dates of an unverified token, compared with the current time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inspection {
    /// Whether the token is current, expired or not valid yet, by its own dates.
    pub status: Status,
    /// `iat` of the claims, or of the header in an itsdangerous token. Unverified.
    pub issued_at: Option<UnixTime>,
    /// `nbf` of the claims; a header's `nbf` is ignored, because itsdangerous does not
    /// write it. Unverified.
    pub not_before: Option<UnixTime>,
    /// `exp` of the claims, or of the header in an itsdangerous token. Unverified.
    pub expires_at: Option<UnixTime>,
    /// Seconds until `exp`: negative after `exp`, infinite without an `exp`.
    pub seconds_left: f64,
    /// Whether `exp` comes from the header, where itsdangerous writes it. Such a
    /// token is still current during the whole second that `exp` names.
    pub legacy: bool,
}

/// How a token's dates relate to the current time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The token is valid now, by its dates.
    Current,
    /// The token has expired.
    Expired,
    /// The token's `nbf` is in the future.
    NotYetValid,
    /// The token is valid now and has no `exp`.
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
    fn new(part_dates: &PartDates, now: UnixTime, leeway: Duration) -> Result<Self, TokenError> {
        let dates = part_dates.claims.checked()?;
        // Dates in the claims take precedence over dates in the header.
        let legacy = dates.expires_at.is_none() && part_dates.header.has_expiry();
        let in_header = if legacy {
            part_dates.header.checked()?
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
                    // itsdangerous compares whole seconds.
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
                // During the second that `exp` names, the token is still valid, so
                // report 0 and not a negative number.
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
