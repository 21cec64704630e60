//! The token of the `Authorization` header, and nowhere else.

use worker::Request;

use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::{header, now, users};
use portcullis::account::object::protocol::{CheckAnswer, CheckToken};
use portcullis::account::{
    AccessError, AccessTokenError, TokenFacts, UserRecord, Username, VerifiedAccess,
    VerifiedLegacyAccess,
};
use portcullis::error::TokenError;
use portcullis::settings::Config;
use portcullis::time::UnixTime;

/// Whose token was presented, and what kind it is of.
pub(crate) enum Presented {
    /// One of ours.
    Access(VerifiedAccess),
    /// One of the Flask original's.
    Legacy(VerifiedLegacyAccess),
}

/// The credentials in an `Authorization` header, of a scheme that is taken:
/// `Bearer` and `JWT`. The header may be empty.
pub(crate) fn credentials(header: &str) -> Result<&str, Problem> {
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
pub(crate) fn verify(
    config: &Config,
    token: &str,
    now: Option<UnixTime>,
) -> Result<Presented, Problem> {
    let now = now.ok_or_else(|| Problem::misconfigured().because("clock"))?;
    let error = match config.tokens.verify(token, now) {
        Ok(access) => return Ok(Presented::Access(access)),
        Err(AccessTokenError::Token(error)) if !matches!(error, TokenError::Expired { .. }) => {
            match config
                .legacy
                .as_ref()
                .map(|legacy| legacy.verify(token, now))
            {
                Some(Ok(access)) => return Ok(Presented::Legacy(access)),
                // The right kind of token, then.
                Some(Err(
                    refusal @ (AccessTokenError::Token(TokenError::Expired { .. })
                    | AccessTokenError::SessionsValidFrom),
                )) => refusal,
                Some(Err(_)) | None => error.into(),
            }
        }
        Err(refusal) => refusal,
    };
    Err(Problem::token_refused(&error))
}

/// Verifies the header's token, of either kind.
pub(super) fn presented(config: &Config, request: &Request) -> Result<Presented, Problem> {
    let header = header(request, "authorization");
    verify(config, credentials(&header)?, now())
}

/// Verifies the header's token, which must be one of ours.
pub(super) fn access(
    call: &Call,
    config: &Config,
    request: &Request,
) -> Result<VerifiedAccess, Problem> {
    match presented(config, request)? {
        Presented::Access(access) => {
            call.about(config, access.username());
            Ok(access)
        }
        Presented::Legacy(_) => Err(Problem::token_incorrect().because("legacy_token")),
    }
}

/// The user of a token of the original's, as the account's object knows them.
pub(super) async fn legacy_user(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
) -> Result<(Username, UserRecord), Problem> {
    let (username, stored) = legacy_stored(call, config, access).await?;
    let user = user(call, &username, &access.facts(), Some(stored)).await?;
    Ok((username, user))
}

/// The name of the user of a token of the original's, and what KV holds.
pub(super) async fn legacy_stored(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
) -> Result<(Username, String), Problem> {
    let found = users::find_by_id(&call.env, access.id()).await;
    let (username, stored) = found
        .map_err(|_| Problem::store_unavailable())?
        .ok_or_else(|| Problem::access_refused(AccessError::UserUnknown))?;
    call.about(config, &username);
    Ok((username, stored))
}

/// The user for whom a token stands. The account's object decides; before the
/// first login there is none, and the record in KV decides. `stored` is that
/// record where it was read already.
pub(super) async fn user(
    call: &Call,
    username: &Username,
    token: &TokenFacts,
    stored: Option<String>,
) -> Result<UserRecord, Problem> {
    let check = CheckToken {
        token: token.clone(),
    };
    match object::ask(&call.env, username, check).await {
        Ok(CheckAnswer::Granted(user)) => return Ok(*user),
        Ok(CheckAnswer::Refused(why)) => return Err(Problem::access_refused(why)),
        Ok(CheckAnswer::NoRecord) => {}
        Err(AccountUnavailable) => return Err(Problem::account_unavailable()),
    }
    let stored = match stored {
        Some(stored) => Some(stored),
        None => read(call, username).await?,
    };
    token
        .authorize_imported(username, stored.as_deref())
        .map_err(Problem::access_refused)
}

/// The user's record in KV.
pub(super) async fn read(call: &Call, username: &Username) -> Result<Option<String>, Problem> {
    let stored = users::find(&call.env, username).await;
    stored.map_err(|_| Problem::store_unavailable())
}
