//! The answer to a client that has opened or renewed a session.

use serde::Serialize;

use crate::problem::Problem;
use crate::reply::Reply;
use crate::{now, random};
use portcullis::account::object::protocol::Opened;
use portcullis::account::{AccessGrant, UnverifiedRefreshToken, Username};
use portcullis::settings::Config;

#[derive(Serialize)]
struct Answer<'a> {
    token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    expires_at: i64,
    refresh_token: String,
    refresh_expires_in: i64,
}

/// Issues a new access token of the session, and answers with that token and the
/// session's refresh token.
pub(super) fn answer(
    config: &Config,
    username: Username,
    opened: Opened,
) -> Result<Reply, Problem> {
    let not_issued = || Problem::misconfigured().because("token_not_issued");
    let now = now().ok_or_else(not_issued)?;
    let Opened {
        session,
        id,
        version,
    } = opened;
    let grant = AccessGrant {
        id,
        username: &username,
        session: &session.claim.session,
        version,
        began: session.started_at,
        not_after: session.tokens_until,
    };
    let issued = config.tokens.issue(&grant, now, random::bytes()?);
    let issued = issued.map_err(|_| not_issued())?;
    let refresh_expires_in = session.expires_at.saturating_sub(now.seconds());
    let claim = session.claim;
    let answer = Answer {
        token: &issued.token,
        token_type: "Bearer",
        expires_in: issued.expires_in,
        expires_at: issued.expires_at,
        refresh_token: UnverifiedRefreshToken { username, claim }.to_string(),
        refresh_expires_in,
    };
    Ok(Reply::json(200, &answer))
}
