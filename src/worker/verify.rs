use serde::Serialize;

use super::reply::Reply;
use crate::account::{UserId, VerifiedAccess};

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    expires_at: i64,
}

/// `GET /verify`: who a token is for, for a reverse proxy that asks before each
/// request. Nothing is read, so a log-out or a user's removal is not seen
/// before the token is over.
pub(super) fn reply(access: &VerifiedAccess) -> Reply {
    Reply::json(
        200,
        &Answer {
            id: access.id(),
            username: access.username().as_str(),
            expires_at: access.expires_at(),
        },
    )
}
