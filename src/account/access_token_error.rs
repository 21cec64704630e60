//! The error of access tokens.

use core::fmt;

use crate::error::TokenError;

/// The reason why an access token, or a token of the Flask application, is rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessTokenError {
    /// The token is invalid or has expired.
    Token(TokenError),
    /// The token is valid, but its user logged in before `SESSIONS_VALID_FROM`,
    /// or the token does not say when the user logged in. This code appears only in
    /// the log: the client receives `token_incorrect`.
    SessionsValidFrom,
}

impl AccessTokenError {
    /// The stable code: the code of the [`TokenError`], or `sessions_valid_from`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Token(error) => error.code(),
            Self::SessionsValidFrom => "sessions_valid_from",
        }
    }

    /// Rejects a token whose user logged in before `valid_from`, or does not say when.
    /// `began` is the time of the login. Both are in seconds since the epoch.
    #[allow(clippy::cast_precision_loss)] // dates are far below 2^53
    pub(super) fn check_valid_from(
        valid_from: Option<i64>,
        began: Option<f64>,
    ) -> Result<(), Self> {
        match valid_from {
            Some(from) if began.is_none_or(|began| began < from as f64) => {
                Err(Self::SessionsValidFrom)
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for AccessTokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token(error) => error.fmt(f),
            Self::SessionsValidFrom => {
                f.write_str("the login is older than SESSIONS_VALID_FROM; log in again")
            }
        }
    }
}

impl core::error::Error for AccessTokenError {}

impl From<TokenError> for AccessTokenError {
    fn from(error: TokenError) -> Self {
        Self::Token(error)
    }
}
