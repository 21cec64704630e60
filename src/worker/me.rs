use serde::Serialize;
use worker::{Env, Request};

use super::config::Config;
use super::problem::Problem;
use super::reply::Reply;
use super::{now, users};
use crate::account::{AccessClaims, UserId, UserRecord, Username};

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
    let claims = bearer(request, config)?;
    let user = find_user(env, &claims).await?;
    claims
        .check_against(&user)
        .map_err(|error| Problem::token_refused(&error).because("token_no_longer_stands"))?;
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
fn bearer(request: &Request, config: &Config) -> Result<AccessClaims, Problem> {
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
        .map_err(|error| Problem::token_refused(&error).because(error.code()))
}

async fn find_user(env: &Env, claims: &AccessClaims) -> Result<UserRecord, Problem> {
    let refused = |reason| Problem::token_incorrect().because(reason);
    let username = claims
        .username
        .as_deref()
        .and_then(|name| Username::new(name).ok())
        .ok_or_else(|| refused("username_missing"))?;
    let stored = users::find(env, &username)
        .await
        .map_err(|_| Problem::store_unavailable().because("store_unavailable"))?
        .ok_or_else(|| refused("user_unknown"))?;
    UserRecord::parse(&stored, &username)
        .map_err(|_| Problem::store_unavailable().because("record_corrupt"))
}
