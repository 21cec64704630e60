use serde::Serialize;
use worker::{Env, Request};

use super::config::Config;
use super::problem::Problem;
use super::reply::Reply;
use super::{now, users};
use crate::account::{UserId, VerifiedAccess};

#[derive(Serialize)]
struct Answer<'a> {
    id: UserId,
    username: &'a str,
    phone: &'a str,
}

/// `GET /me`: the original's protected index.
pub(super) async fn answer(
    request: &Request,
    env: &Env,
    config: &Config,
) -> Result<Reply, Problem> {
    let access = bearer(request, config)?;
    let stored = users::find(env, access.username())
        .await
        .map_err(|_| Problem::store_unavailable())?;
    let user = access
        .authorize(stored.as_deref())
        .map_err(Problem::access_refused)?;
    Ok(Reply::json(
        200,
        &Answer {
            id: user.id,
            username: &user.username,
            phone: &user.phone,
        },
    ))
}

/// The token of the `Authorization` header, and nowhere else, verified.
fn bearer(request: &Request, config: &Config) -> Result<VerifiedAccess, Problem> {
    let header = request.headers().get("authorization").ok().flatten();
    let token = header
        .as_deref()
        .and_then(|header| header.trim().split_once(' '))
        .filter(|(scheme, _)| {
            scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("jwt")
        })
        .map(|(_, token)| token.trim_start_matches(' '))
        .ok_or_else(Problem::token_missing)?;
    let now = now().ok_or_else(|| Problem::misconfigured().because("clock"))?;
    config
        .tokens
        .verify(token, now)
        .map_err(|error| Problem::token_refused(&error))
}
