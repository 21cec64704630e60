//! Accepting tokens of the Flask application.

use serde_json::{Map, Value};

use super::{AccessTokenError, UserId};
use crate::error::{ClaimProblem, TokenError};
use crate::time::UnixTime;
use crate::token::legacy::LegacyVerifier;

/// Accepts the Flask application's tokens until a date. Their payload is
/// `{"id": <user id>}`, signed by itsdangerous.
#[derive(Debug)]
pub struct LegacyAccess {
    verifier: LegacyVerifier,
    until: UnixTime,
    valid_from: Option<i64>,
}

impl LegacyAccess {
    /// Accepts tokens before `until`, and none from then on.
    #[must_use]
    pub fn new(verifier: LegacyVerifier, until: UnixTime) -> Self {
        Self {
            verifier,
            until,
            valid_from: None,
        }
    }

    /// Rejects tokens that were issued before `valid_from`, in seconds since the
    /// epoch.
    #[must_use]
    pub fn with_valid_from(self, valid_from: Option<i64>) -> Self {
        Self { valid_from, ..self }
    }

    /// Verifies a token and reads its user.
    ///
    /// # Errors
    /// - The same as [`LegacyVerifier::verify`].
    /// - `token_algorithm_not_allowed` when `until` has been reached.
    /// - `token_claim_invalid` when the payload has no valid `id`.
    /// - [`SessionsValidFrom`](AccessTokenError::SessionsValidFrom).
    ///
    /// `token_expired` is returned only if every other check passed.
    pub fn verify(
        &self,
        token: &str,
        now: UnixTime,
    ) -> Result<VerifiedLegacyAccess, AccessTokenError> {
        if now >= self.until {
            return Err(TokenError::AlgorithmNotAllowed.into());
        }
        let (verified, expired_at) = self.verifier.verify_returning_expiry(token, now)?;
        // Read a map and not a struct: serde would also read a struct from an array.
        let payload: Map<String, Value> = verified
            .payload()
            .map_err(|_| TokenError::claim("id", ClaimProblem::Malformed))?;
        let id = payload.get("id").and_then(Value::as_u64);
        let id = id
            .and_then(UserId::new)
            .ok_or_else(|| TokenError::claim("id", ClaimProblem::Malformed))?;
        let issued_at = verified.issued_at().map(UnixTime::seconds_f64);
        AccessTokenError::check_valid_from(self.valid_from, issued_at)?;
        match expired_at {
            Some(expired_at) => Err(TokenError::Expired { expired_at }.into()),
            None => Ok(VerifiedLegacyAccess {
                id,
                issued_at,
                expires_at: verified.expires_at(),
            }),
        }
    }
}

/// The user of a verified token of the Flask application. The token has only the user's
/// number, not the username.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VerifiedLegacyAccess {
    id: UserId,
    issued_at: Option<f64>,
    expires_at: UnixTime,
}

impl VerifiedLegacyAccess {
    /// The user's number.
    #[must_use]
    pub fn id(&self) -> UserId {
        self.id
    }

    /// The time of issue, in seconds since the epoch.
    #[must_use]
    pub fn issued_at(&self) -> Option<f64> {
        self.issued_at
    }

    /// The last second in which the token is valid.
    #[must_use]
    pub fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}
