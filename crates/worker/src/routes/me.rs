use serde::Serialize;
use worker::Request;

use super::bearer::{self, Presented};
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::{header, now};
use portcullis::account::{UserId, UserRecord};

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
}

/// `GET /me`: the original's protected index. Most requests are answered by
/// [`fast`](crate::fast); here, those for which KV cannot tell, those
/// with a token of the original's, and all with `REVOCATION = "strict"`.
pub(super) async fn answer(call: &Call, request: &Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let freshness = bearer::freshness(&config);
    let header = header(request, "authorization");
    match bearer::verify(&config, bearer::credentials(&header)?, now())? {
        Presented::Access(access) => {
            call.about(&config, access.username());
            Ok(reply(&bearer::user(call, &access, freshness).await?))
        }
        Presented::Legacy(access) => {
            let (_, user) = bearer::legacy_user(call, &config, &access, freshness).await?;
            Ok(reply(&user).because("legacy_token_right"))
        }
    }
}

/// What a user is told of themselves.
pub(crate) fn reply(user: &UserRecord) -> Reply {
    let answer = Answer {
        id: user.id,
        username: &user.username,
        phone: &user.phone,
    };
    Reply::json(200, &answer).because("token_right")
}
