//! The token of the `Authorization` header, and nowhere else.

use worker::Request;

use crate::account::{
    AccessRefusal, AccessTokenRefusal, UserRecord, Username, VerifiedAccess, VerifiedLegacyAccess,
};
use crate::error::TokenError;
use crate::time::UnixTime;
use crate::worker::call::Call;
use crate::worker::config::Config;
use crate::worker::problem::Problem;
use crate::worker::{header, now, object, users};

/// Whose token was presented, and what kind it is of.
pub(in crate::worker) enum Presented {
    /// One of ours.
    Access(VerifiedAccess),
    /// One of the Flask original's.
    Legacy(VerifiedLegacyAccess),
}

/// The credentials in an `Authorization` header, of a scheme that is taken:
/// `Bearer` and `JWT`. The header may be empty.
pub(in crate::worker) fn credentials(header: &str) -> Result<&str, Problem> {
    header
        .trim()
        .split_once(' ')
        .filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("jwt")
        })
        .map(|(_, token)| token.trim_start_matches(' '))
        .ok_or_else(Problem::token_missing)
}

/// Verifies a token of either kind. `now` is `None` from a clock beyond all
/// dates.
pub(in crate::worker) fn verify(
    config: &Config,
    token: &str,
    now: Option<UnixTime>,
) -> Result<Presented, Problem> {
    let now = now.ok_or_else(|| Problem::misconfigured().because("clock"))?;
    let error = match config.tokens.verify(token, now) {
        Ok(access) => return Ok(Presented::Access(access)),
        Err(AccessTokenRefusal::Token(error)) if !matches!(error, TokenError::Expired { .. }) => {
            match config
                .legacy
                .as_ref()
                .map(|legacy| legacy.verify(token, now))
            {
                Some(Ok(access)) => return Ok(Presented::Legacy(access)),
                // The right kind of token, then.
                Some(Err(
                    refusal @ (AccessTokenRefusal::Token(TokenError::Expired { .. })
                    | AccessTokenRefusal::SessionsValidFrom),
                )) => refusal,
                Some(Err(_)) | None => error.into(),
            }
        }
        Err(refusal) => refusal,
    };
    Err(Problem::token_refused(&error))
}

/// Verifies the header's token, which must be one of ours.
pub(super) fn access(
    call: &Call,
    config: &Config,
    request: &Request,
) -> Result<VerifiedAccess, Problem> {
    let header = header(request, "authorization");
    match verify(config, credentials(&header)?, now())? {
        Presented::Access(access) => {
            call.about(config, access.username());
            Ok(access)
        }
        Presented::Legacy(_) => Err(Problem::token_incorrect().because("legacy_token")),
    }
}

/// The user whom the token stands for, with what is stored for them.
pub(super) async fn user(
    call: &Call,
    access: &VerifiedAccess,
) -> Result<(UserRecord, String), Problem> {
    let username = access.username();
    let stored = users::find(&call.env, username).await;
    let stored = stored.map_err(|_| Problem::store_unavailable())?;
    let stored = match stored {
        // KV can miss for a minute what was made a moment ago.
        None if is_new(access, now()) => {
            let newer = object::newer_record(&call.env, username).await?;
            object::newest(newer.as_ref(), username, None)?
        }
        stored => stored,
    };
    let record = access
        .authorize(stored.as_deref())
        .map_err(Problem::access_refused)?;
    Ok((record, stored.unwrap_or_default()))
}

/// How long after a sign-up KV may not show the user, in seconds.
const NEW: f64 = 300.0;

/// Whether it was issued so lately that KV may not show its user yet.
pub(in crate::worker) fn is_new(access: &VerifiedAccess, now: Option<UnixTime>) -> bool {
    let now = now.map_or(0.0, UnixTime::seconds_f64);
    access.issued_at().is_some_and(|issued| now - issued < NEW)
}

/// The user of a token of the original's.
pub(super) async fn legacy_user(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
) -> Result<(Username, UserRecord, String), Problem> {
    let found = users::find_by_id(&call.env, access.id()).await;
    let (username, stored) = found
        .map_err(|_| Problem::store_unavailable())?
        .ok_or_else(|| Problem::access_refused(AccessRefusal::UserUnknown))?;
    call.about(config, &username);
    let record = access
        .authorize(&username, Some(&stored))
        .map_err(Problem::access_refused)?;
    Ok((username, record, stored))
}
