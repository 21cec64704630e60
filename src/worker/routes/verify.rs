use serde::Serialize;

use crate::account::{UserId, VerifiedAccess};
use crate::worker::reply::Reply;

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    expires_at: i64,
}

/// `GET /verify`: who a token is for, for a reverse proxy that asks before each
/// request. Nothing is read, so a log-out or a user's removal is not seen
/// before the token is over.
pub(in crate::worker) fn reply(access: &VerifiedAccess) -> Reply {
    let answer = Answer {
        id: access.id(),
        username: access.username().as_str(),
        expires_at: access.expires_at(),
    };
    Reply::json(200, &answer).because("token_right")
}
