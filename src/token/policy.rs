//! The checks of a verified token's claims.

use core::time::Duration;

use super::MAX_LENGTH;
use super::claims::RegisteredClaims;
use super::header::UnverifiedHeader;
use crate::error::{ClaimProblem, TokenError};
use crate::key::Algorithm;
use crate::time::UnixTime;

/// The requirements on a token beyond a valid signature.
///
/// With the default policy, a token
/// - must have an `exp`, and `exp` must be in the future;
/// - may have an `nbf`, which must not be in the future;
/// - must have registered claims of the right types;
/// - must have at most 8 KiB.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The allowed algorithms (RFC 8725 §3.1); `None` allows all that are
    /// supported. In any case a key verifies only its own algorithm.
    pub algorithms: Option<Vec<Algorithm>>,
    /// `iss` must be one of these; if empty, `iss` is not checked
    /// (RFC 7519 §4.1.1, RFC 8725 §3.8).
    pub issuers: Vec<String>,
    /// `aud` must contain one of these; if empty, `aud` is not checked
    /// (RFC 7519 §4.1.3).
    pub audiences: Vec<String>,
    /// `sub` must equal this; `None` does not check `sub` (RFC 7519 §4.1.2).
    pub subject: Option<String>,
    /// The header's `typ` must equal this, ignoring case and a leading
    /// `application/`; `None` does not check `typ` (RFC 7515 §4.1.9, RFC 8725 §3.11).
    pub token_type: Option<String>,
    /// The tolerated difference between clocks (RFC 7519 §4.1.4, §4.1.5).
    pub leeway: Duration,
    /// The longest time after `iat` at which a token is accepted. If set, the
    /// token must have an `iat` that is not in the future (RFC 7519 §4.1.6).
    pub max_age: Option<Duration>,
    /// Whether an `iat` in the future is an error without `max_age` too. RFC 7519
    /// does not ask for this check, and clocks differ: set it only for tokens that
    /// were issued by the same clock, or with a leeway.
    pub rejects_future_issue: bool,
    /// The claims that must be present; `exp` by default. If the list is not
    /// empty, `exp` is required even if it is not in the list. Only an empty list
    /// accepts a token without an `exp`.
    pub required_claims: Vec<String>,
    /// The longest token in bytes.
    pub max_token_length: usize,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            algorithms: None,
            issuers: Vec::new(),
            audiences: Vec::new(),
            subject: None,
            token_type: None,
            leeway: Duration::ZERO,
            max_age: None,
            rejects_future_issue: false,
            required_claims: vec!["exp".into()],
            max_token_length: MAX_LENGTH,
        }
    }
}

impl Policy {
    pub(crate) fn allows(&self, algorithm: Algorithm) -> bool {
        self.algorithms
            .as_ref()
            .is_none_or(|allowed| allowed.contains(&algorithm))
    }

    /// Checks the claims of a token whose signature is valid. If the token has
    /// expired, returns the time of the expiry as a value, not as an error: the caller
    /// reports it only if all of its own checks passed.
    pub(crate) fn check(
        &self,
        header: &UnverifiedHeader,
        claims: &RegisteredClaims<'_>,
        now: UnixTime,
    ) -> Result<Option<UnixTime>, TokenError> {
        for name in &self.required_claims {
            if !claims.has(name) {
                return Err(TokenError::claim(name, ClaimProblem::Missing));
            }
        }
        let in_header = header.dates.has_expiry();
        let expiry_asked = !self.required_claims.is_empty() || in_header;
        if expiry_asked && claims.dates.expires_at.is_none() {
            return Err(TokenError::claim("exp", ClaimProblem::Missing));
        }
        // A token with `exp` in its header comes from itsdangerous. Reject it even if
        // its payload also has an `exp`: only encrypted tokens repeat claims in the
        // header (RFC 7519 §5.3).
        matches("exp", !in_header)?;
        self.check_type(header)?;
        if !self.issuers.is_empty() {
            let issuer = required("iss", claims.issuer)?;
            let right = self.issuers.iter().any(|wanted| issuer.is(wanted));
            matches("iss", right)?;
        }
        if !self.audiences.is_empty() {
            let audience = required("aud", claims.audience)?;
            matches("aud", audience.has_one_of(&self.audiences))?;
        }
        if let Some(wanted) = &self.subject {
            matches("sub", required("sub", claims.subject)?.is(wanted))?;
        }
        self.check_dates(claims, now)
    }

    fn check_type(&self, header: &UnverifiedHeader) -> Result<(), TokenError> {
        let Some(wanted) = &self.token_type else {
            return Ok(());
        };
        let has = required("typ", header.token_type.as_deref())?;
        matches("typ", is_type(has, wanted))
    }

    fn check_dates(
        &self,
        claims: &RegisteredClaims<'_>,
        now: UnixTime,
    ) -> Result<Option<UnixTime>, TokenError> {
        let dates = claims.dates;
        let latest_start = now.saturating_add(self.leeway);
        if let Some(not_before) = dates.not_before
            && not_before > latest_start
        {
            return Err(TokenError::NotYetValid { not_before });
        }
        let checks_issue = self.rejects_future_issue || self.max_age.is_some();
        if checks_issue && dates.issued_at.is_some_and(|at| at > latest_start) {
            return Err(TokenError::claim("iat", ClaimProblem::InFuture));
        }
        let end_by_age = match self.max_age {
            Some(age) => Some(required("iat", dates.issued_at)?.saturating_add(age)),
            None => None,
        };
        // The token expires at `exp` or when it reaches its maximum age, whichever
        // comes first. At exactly that time the token has expired.
        let end = match (dates.expires_at, end_by_age) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Ok(end.filter(|end| end.saturating_add(self.leeway) <= now))
    }
}

fn required<T>(claim: &str, value: Option<T>) -> Result<T, TokenError> {
    value.ok_or_else(|| TokenError::claim(claim, ClaimProblem::Missing))
}

fn matches(claim: &str, right: bool) -> Result<(), TokenError> {
    if right {
        Ok(())
    } else {
        Err(TokenError::claim(claim, ClaimProblem::Mismatch))
    }
}

/// Whether two values of `typ` name the same media type (RFC 7515 §4.1.9).
pub(super) fn is_type(has: &str, wanted: &str) -> bool {
    media_type(has).eq_ignore_ascii_case(media_type(wanted))
}

/// The media type without `application/`, which a `typ` may leave out
/// (RFC 7515 §4.1.9).
fn media_type(name: &str) -> &str {
    const PREFIX: &str = "application/";
    match name.get(..PREFIX.len()) {
        Some(prefix) if prefix.eq_ignore_ascii_case(PREFIX) => {
            name.get(PREFIX.len()..).unwrap_or(name)
        }
        _ => name,
    }
}
