//! Reads and verifies the token in the `Authorization` header. A token anywhere
//! else in a request is ignored.

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

/// A verified token, by its kind.
pub(crate) enum Presented {
    /// A token that this service issued.
    Access(VerifiedAccess),
    /// A token that the Flask original issued.
    Legacy(VerifiedLegacyAccess),
}

/// The token in an `Authorization` header with the scheme `Bearer` or `JWT`. The
/// header may be empty.
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

/// Verifies a token of either kind. `now` is `None` if the clock's value is not a
/// valid date.
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
                // The token's signature is the Flask original's, so report this error.
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

/// Verifies the token in the header, of either kind.
pub(super) fn presented(config: &Config, request: &Request) -> Result<Presented, Problem> {
    let header = header(request, "authorization");
    verify(config, credentials(&header)?, now())
}

/// Verifies the token in the header. This service must have issued the token.
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

/// The user of a token that the Flask original issued, if the user's account
/// accepts the token; see [`user`].
pub(super) async fn legacy_user(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
) -> Result<(Username, UserRecord), Problem> {
    let (username, stored) = legacy_stored(call, config, access).await?;
    let user = user(call, &username, &access.facts(), Some(stored)).await?;
    Ok((username, user))
}

/// The name of the user of a token that the Flask original issued, and the user's
/// record in KV.
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

/// The user of a token, if the user's account accepts the token. The account's
/// object decides. Before the first login the object has no record, and the record
/// in KV decides. `stored` is the record in KV if it is already read.
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
