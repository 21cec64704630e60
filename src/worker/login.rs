use serde::{Deserialize, Serialize};
use worker::{Env, Request};
use zeroize::Zeroizing;

use super::config::Config;
use super::problem::Problem;
use super::reply::Reply;
use super::{body, log, now, users};
use crate::account::{StandIns, StoredHashCheck, Username, admit};
use crate::password::ClearPassword;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Credentials {
    username: String,
    password: Zeroizing<String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    token: &'a str,
    token_type: &'static str,
    expires_in: u64,
    expires_at: i64,
}

/// `POST /login`.
pub(super) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
) -> Result<Reply, Problem> {
    let (username, password) = credentials(request).await?;
    let stored = users::find(env, &username)
        .await
        .map_err(|_| Problem::store_unavailable().because("store_unavailable"))?;
    let stand_in = StandIns::default().for_username(&username);
    let work = StoredHashCheck;
    let user = admit(&username, &password, stored.as_deref(), &stand_in, &work)
        .map_err(|refusal| Problem::credentials_incorrect().because(refusal.code()))?;
    let mut random = [0; 16];
    let issued = getrandom::fill(&mut random)
        .ok()
        .and_then(|()| config.tokens.issue(user.record(), now()?, random).ok())
        .ok_or_else(|| Problem::misconfigured().because("token_not_issued"))?;
    log::decision("login", 200, "admitted", "password_right");
    Ok(Reply::json(
        200,
        &Answer {
            token: &issued.token,
            token_type: "Bearer",
            expires_in: issued.expires_in,
            expires_at: issued.expires_at,
        },
    ))
}

async fn credentials(request: &mut Request) -> Result<(Username, ClearPassword), Problem> {
    let body = body::read_json_object(request).await?;
    let Credentials { username, password } = serde_json::from_str(&body).map_err(|_| {
        Problem::request_malformed(
            "the body must have the members \"username\" and \"password\", both strings, and no other",
        )
    })?;
    let username = Username::new(&username).map_err(|_| {
        Problem::request_malformed(
            "a username has 1 to 80 characters, none of them a control character",
        )
    })?;
    let password = ClearPassword::new(password)
        .map_err(|_| Problem::request_malformed("a password has at most 1024 bytes"))?;
    Ok((username, password))
}
