use serde::Serialize;
use worker::Env;

use super::config::Config;
use super::problem::Problem;
use super::reply::Reply;
use super::{bearer, now, users};
use crate::account::{UserId, VerifiedAccess};

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
}

/// `GET /me`: the original's protected index.
pub(super) async fn answer(
    authorization: &str,
    env: &Env,
    config: &Config,
) -> Result<Reply, Problem> {
    let access = bearer::verified(authorization, config, now())?;
    let stored = users::find(env, access.username())
        .await
        .map_err(|_| Problem::store_unavailable())?;
    reply(&access, stored.as_deref())
}

/// The same once the store has said what it has for the user.
pub(super) fn reply(access: &VerifiedAccess, stored: Option<&str>) -> Result<Reply, Problem> {
    let user = access.authorize(stored).map_err(Problem::access_refused)?;
    Ok(Reply::json(
        200,
        &Answer {
            id: user.id,
            username: &user.username,
            phone: &user.phone,
        },
    ))
}
