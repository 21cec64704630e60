//! The extractor: a handler that takes a `VerifiedUser` gets no request without a valid token.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use portcullis::time::UnixTime;
use portcullis::token::Verifier;
use serde::Deserialize;

use crate::problem::Problem;

/// The claims of an access token of Portcullis' Worker that this service uses.
#[derive(Deserialize)]
pub(crate) struct VerifiedUser {
    pub(crate) username: String,
    /// Seconds since the epoch.
    pub(crate) exp: u64,
}

impl FromRequestParts<Arc<Verifier>> for VerifiedUser {
    type Rejection = Problem;

    async fn from_request_parts(
        parts: &mut Parts,
        verifier: &Arc<Verifier>,
    ) -> Result<Self, Problem> {
        let token = bearer_token(parts).ok_or_else(Problem::token_missing)?;
        // Not awaited: a verification takes microseconds.
        let verified = verifier
            .verify(token, now()?)
            .map_err(|error| Problem::token_refused(&error))?;
        verified
            .claims()
            .map_err(|error| Problem::token_refused(&error))
    }
}

/// The token of `Authorization: Bearer <token>`. The scheme's case does not matter (RFC 9110 §11.1).
fn bearer_token(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("Bearer")
        .then(|| token.trim_matches(' '))
}

/// The core knows no clock, so its callers pass the time.
fn now() -> Result<UnixTime, Problem> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .and_then(UnixTime::from_seconds)
        .ok_or_else(Problem::clock_wrong)
}
