//! The token of the `Authorization` header, and nowhere else.

use worker::Request;

use crate::call::Call;
use crate::object::{self, AccountUnavailable};
use crate::problem::Problem;
use crate::{header, now, users};
use portcullis::account::object::protocol::{CheckAnswer, CheckToken};
use portcullis::account::{
    AccessError, AccessTokenError, StoredDecision, TokenFacts, UserRecord, Username,
    VerifiedAccess, VerifiedLegacyAccess,
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

/// Where a decision about a token comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// KV, which may be a minute old, where it can tell.
    Stored,
    /// The account's object.
    Exact,
}

/// Where `/me` and `/verify` take their decisions from.
pub(super) fn freshness(config: &Config) -> Freshness {
    if config.strict_revocation {
        Freshness::Exact
    } else {
        Freshness::Stored
    }
}

/// The user for whom the token stands.
pub(super) async fn user(
    call: &Call,
    access: &VerifiedAccess,
    freshness: Freshness,
) -> Result<UserRecord, Problem> {
    authorize(call, access.username(), &access.facts(), freshness, None).await
}

/// The user of a token of the original's.
pub(super) async fn legacy_user(
    call: &Call,
    config: &Config,
    access: &VerifiedLegacyAccess,
    freshness: Freshness,
) -> Result<(Username, UserRecord), Problem> {
    let (username, stored) = legacy_stored(call, config, access).await?;
    let facts = access.facts();
    let user = authorize(call, &username, &facts, freshness, Some(stored)).await?;
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

/// Decides whether a token stands. `stored` is the value in KV where it was
/// read already.
async fn authorize(
    call: &Call,
    username: &Username,
    token: &TokenFacts,
    freshness: Freshness,
    stored: Option<String>,
) -> Result<UserRecord, Problem> {
    let mut stored = stored;
    if freshness == Freshness::Stored {
        if stored.is_none() {
            stored = read(call, username).await?;
        }
        let decision = token.authorize(username, stored.as_deref());
        if let StoredDecision::Granted(user) = decision.map_err(Problem::access_refused)? {
            return Ok(*user);
        }
    }
    let check = CheckToken {
        token: token.clone(),
    };
    match object::ask(&call.env, username, check).await {
        Ok(CheckAnswer::Granted(user)) => return Ok(*user),
        Ok(CheckAnswer::Refused(why)) => return Err(Problem::access_refused(why)),
        Ok(CheckAnswer::NoRecord) => {}
        Err(AccountUnavailable) => return Err(Problem::account_unavailable()),
    }
    // Nobody logged in yet: the imported record is the account.
    if stored.is_none() {
        stored = read(call, username).await?;
    }
    token
        .authorize_imported(username, stored.as_deref())
        .map_err(Problem::access_refused)
}

async fn read(call: &Call, username: &Username) -> Result<Option<String>, Problem> {
    let stored = users::find(&call.env, username).await;
    stored.map_err(|_| Problem::store_unavailable())
}
