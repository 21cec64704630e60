use serde::Serialize;
use worker::Request;

use super::bearer::{self, Freshness};
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use portcullis::account::{UserId, VerifiedAccess};

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    expires_at: i64,
}

/// `GET /verify`, for a reverse proxy that asks before each request. Nothing is
/// read, so a log-out or a user's removal is not seen before the token ends;
/// with `REVOCATION = "strict"` the account's object is asked.
pub(super) async fn answer(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let access = bearer::access(call, &config, request)?;
    if config.strict_revocation {
        bearer::user(call, &access, Freshness::Exact).await?;
    }
    Ok(reply(&access))
}

/// The user of a token that was verified.
pub(crate) fn reply(access: &VerifiedAccess) -> Reply {
    let answer = Answer {
        id: access.id(),
        username: access.username().as_str(),
        expires_at: access.expires_at(),
    };
    Reply::json(200, &answer).because("token_right")
}
